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
    about: 'All services of a cluster: the names first, rows as they are read. Answers the rows by name.',
    input: ClusterRef,
    event: ServiceListEvent,
    output: z.array(ServiceRow),
  },
  'services.get': {
    kind: 'query',
    about: 'One service: what runs by digest, its configuration and its events.',
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
    about: 'Service deployments of the last 90 days with their outcome. Newest first.',
    input: ServiceRef,
    output: z.array(Deployment),
  },
  'services.history': {
    kind: 'query',
    about:
      'What a history says beside its deployments: image version, who registered, causes, the time before.',
    input: ServiceRef,
    output: ServiceHistory,
  },
  'services.taskSets': {
    kind: 'query',
    about:
      'Task sets of a service whose deployments ECS leaves to others (EXTERNAL, CODE_DEPLOY). Else none.',
    input: ServiceRef,
    output: z.array(TaskSet),
  },
} as const satisfies Methods;
