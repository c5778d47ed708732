import { z } from 'zod';
import { Instant } from '../model/account.ts';
import { CurrentSettings, SettingsRef } from '../model/current-settings.ts';
import { Deployment, DeploymentRef, TaskSet } from '../model/deployment.ts';
import { ServiceHistory } from '../model/history.ts';
import { lazyObject, lazyStrictObject } from '../model/lazy-objects.ts';
import { ReleaseErrors, ReleaseErrorsInput, ServiceLogsEvent, ServiceLogsInput } from '../model/log.ts';
import { ServiceMetrics, Verdict } from '../model/metrics.ts';
import {
  KeptService,
  ServiceDetail,
  ServiceListEvent,
  ServiceListInput,
  ServiceRef,
  ServiceRow,
} from '../model/service.ts';
import { Task } from '../model/task.ts';
import type { Methods } from './method.ts';

/** Services, their deployments and their history. */
export const servicesMethods = {
  'services.list': {
    kind: 'stream',
    about:
      'Lists all services of a cluster: streams the names first, then rows as they are read. Returns the ' +
      'rows sorted by name. Where AWS cannot be reached, the rows of the last start are streamed with their age. With `visible`, a list that was read before is refreshed in part: new, visible and ' +
      'changing services and the rows that are the oldest; `kept` says when the other rows were read.',
    input: ServiceListInput,
    event: ServiceListEvent,
    output: z.array(ServiceRow),
  },
  'services.get': {
    kind: 'query',
    about: 'Returns a service: its running images by digest, its configuration and its events.',
    input: ServiceRef,
    output: ServiceDetail,
  },
  'services.kept': {
    kind: 'query',
    about:
      'Returns a service as Slipway read it last, and when, for a time without a network. Nothing where it was never ' +
      'read, or over 30 days ago. Sends nothing to AWS.',
    input: ServiceRef,
    output: lazyObject(() => ({ kept: KeptService.optional() })),
  },
  'services.settings': {
    kind: 'query',
    about: 'Returns the current settings that releases.plan can change, or those of another revision.',
    input: SettingsRef,
    output: CurrentSettings,
  },
  'services.tasks': {
    kind: 'query',
    about:
      'Lists the tasks of a service, newest first: running ones, and those that stopped within about the ' +
      'last hour.',
    input: ServiceRef,
    output: z.array(Task),
  },
  'services.logs': {
    kind: 'stream',
    about:
      'Streams the log lines of all tasks of a service from CloudWatch Logs (log drivers awslogs, and awsfirelens to CloudWatch). Of ' +
      'running tasks, and of those that stopped within about the last hour. With `follow` it continues with new lines and tasks ' +
      'until it is cancelled. Returns how many lines there were, and what could not be read.',
    input: ServiceLogsInput,
    event: ServiceLogsEvent,
    output: lazyObject(() => ({ count: z.number().int(), notRead: z.array(z.string()) })),
  },
  'services.metrics': {
    kind: 'query',
    about:
      'Returns CPU, memory, running tasks, requests, 5xx, latency and unhealthy targets of a service over time ' +
      '(CloudWatch), and what could not be read.',
    input: lazyStrictObject(() => ({
      ...ServiceRef.shape,
      minutes: z.number().int().min(5).max(655_200).optional().describe('before now; default: 60'),
      since: Instant.optional(),
      until: Instant.optional().describe('default: now'),
    })),
    output: ServiceMetrics,
  },
  'services.verdict': {
    kind: 'query',
    about:
      'Compares 5xx and latency of the same number of minutes before and after a deployment: better, same, worse, or not ' +
      'enough data.',
    input: lazyStrictObject(() => ({ ...ServiceRef.shape, deployment: DeploymentRef.shape.deployment })),
    output: Verdict,
  },
  'services.releaseErrors': {
    kind: 'query',
    about:
      'Returns the first error lines of the new revision of a deployment, and how many errors it and the previous one have written, ' +
      'in the first ten minutes at most and as long before. Reads a few pages of the logs.',
    input: ReleaseErrorsInput,
    output: ReleaseErrors,
  },
  'services.deployments': {
    kind: 'query',
    about: 'Lists the service deployments of the last 90 days with their results, newest first.',
    input: ServiceRef,
    output: z.array(Deployment),
  },
  'services.history': {
    kind: 'query',
    about:
      'Returns details of the deployment history: image versions, who registered each revision, failure ' +
      'causes, earlier revisions.',
    input: ServiceRef,
    output: ServiceHistory,
  },
  'services.taskSets': {
    kind: 'query',
    about:
      'Lists the task sets of a service with the EXTERNAL or CODE_DEPLOY controller. Empty for other ' +
      'services.',
    input: ServiceRef,
    output: z.array(TaskSet),
  },
} as const satisfies Methods;
