import { z } from 'zod';
import { ClusterRef } from '../model/cluster.ts';
import { CurrentSettings, SettingsRef } from '../model/current-settings.ts';
import { Deployment, TaskSet } from '../model/deployment.ts';
import { ServiceHistory } from '../model/history.ts';
import { ServiceDetail, ServiceListEvent, ServiceRef, ServiceRow } from '../model/service.ts';
import { Task } from '../model/task.ts';
import type { Methods } from './method.ts';

/** Services: what runs, and what was. */
export const servicesMethods = {
  'services.list': {
    kind: 'stream',
    about: 'All services of a cluster: names first, then rows as they are read. Returns the rows by name.',
    input: ClusterRef,
    event: ServiceListEvent,
    output: z.array(ServiceRow),
  },
  'services.get': {
    kind: 'query',
    about: 'One service: running images by digest, its configuration and its events.',
    input: ServiceRef,
    output: ServiceDetail,
  },
  'services.settings': {
    kind: 'query',
    about:
      'What releases.plan can change about a service, as it is now; of another revision where one is named.',
    input: SettingsRef,
    output: CurrentSettings,
  },
  'services.tasks': {
    kind: 'query',
    about: 'Tasks of a service: running ones, and those that stopped within about an hour. Newest first.',
    input: ServiceRef,
    output: z.array(Task),
  },
  'services.deployments': {
    kind: 'query',
    about: 'Service deployments of the last 90 days with their result. Newest first.',
    input: ServiceRef,
    output: z.array(Deployment),
  },
  'services.history': {
    kind: 'query',
    about: 'Details of the history: image versions, who registered each revision, causes, earlier revisions.',
    input: ServiceRef,
    output: ServiceHistory,
  },
  'services.taskSets': {
    kind: 'query',
    about: 'Task sets of a service with the EXTERNAL or CODE_DEPLOY controller; otherwise none.',
    input: ServiceRef,
    output: z.array(TaskSet),
  },
} as const satisfies Methods;
