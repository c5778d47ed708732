import { z } from 'zod';
import { listUpTo, textUpTo } from '../model/bounded.ts';
import { lazyStrictObject } from '../model/lazy-objects.ts';
import { ServiceRef } from '../model/service.ts';
import { Task } from '../model/task.ts';
import { RunCheck, StopCheck, TaskDetail, TaskLines, TaskProtection, TaskRef } from '../model/task-detail.ts';
import { TaskRun, TaskRunEvent, TaskVariable } from '../model/task-run.ts';
import type { Methods } from './method.ts';
import { releasesMethods } from './releases.ts';

const { why, link, confirmation, overrides } = releasesMethods['releases.execute'].input.shape;

/** Minutes that ECS takes: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateTaskProtection.html */
const MOST_PROTECTED_MINUTES = 2_880;

const RunInput = lazyStrictObject(() => ({
  service: ServiceRef,
  taskDefinition: textUpTo(500)
    .min(1)
    .optional()
    .describe('a family, FAMILY:REVISION or an ARN; default: what the service runs'),
  container: textUpTo(255).min(1).optional().describe('default: the only one'),
  command: listUpTo(100, textUpTo(8_192)).min(1).optional().describe('default: that of the container'),
  environment: listUpTo(100, TaskVariable).optional(),
  cpu: textUpTo(20).min(1).optional().describe('CPU units, or such as "1 vCPU"'),
  memory: textUpTo(20).min(1).optional().describe('MiB, or such as "2 GB"'),
  why,
  link,
  confirmation,
  overrides,
}));

/** Tasks by themselves, and one-off tasks. */
export const tasksMethods = {
  'tasks.get': {
    kind: 'query',
    about: 'Returns all that is known of a task. One that ECS no longer has comes from what Slipway kept.',
    input: TaskRef,
    output: TaskDetail,
  },
  'tasks.lines': {
    kind: 'query',
    about: 'Returns the last log lines of each container of a task (log driver awslogs).',
    input: TaskRef,
    output: TaskLines,
  },
  'tasks.checkStop': {
    kind: 'query',
    about: 'Says what stopping a task would do. Stops nothing.',
    input: TaskRef,
    output: StopCheck,
  },
  'tasks.stop': {
    kind: 'change',
    about:
      'Stops a task (StopTask) with `why` as its reason. Writes it to the journal. A task that is already stopping is ' +
      'returned as it is.',
    input: lazyStrictObject(() => ({
      ...TaskRef.shape,
      why: textUpTo(255).optional(),
      confirmation,
      overrides,
    })),
    output: Task,
  },
  'tasks.protect': {
    kind: 'change',
    about: 'Protects a task of a service from being stopped by scaling and deployments, or ends that.',
    input: lazyStrictObject(() => ({
      ...TaskRef.shape,
      protection: z.enum(['on', 'off']),
      minutes: z.int().min(1).max(MOST_PROTECTED_MINUTES).optional().describe('default: 120'),
      why: textUpTo(255).optional(),
      confirmation,
      overrides,
    })),
    output: TaskProtection,
  },
  'tasks.checkRun': {
    kind: 'query',
    about:
      'Says what tasks.run would start, and checks it. Splits `commandLine` into `command`. Starts nothing.',
    input: RunInput.omit({
      command: true,
      why: true,
      link: true,
      confirmation: true,
      overrides: true,
    }).extend({
      commandLine: textUpTo(8_192).optional(),
      shell: z.enum(['sh', 'none']).optional().describe('sh: the line goes to /bin/sh -c'),
    }),
    output: RunCheck,
  },
  'tasks.run': {
    kind: 'stream',
    about:
      'Runs a one-off task in the network and with the capacity of a service (RunTask), as a job. Writes it to the ' +
      'journal, and returns when it has stopped. Streams its states and, with the log driver awslogs, its lines. The ' +
      'service is not changed. When the call is cancelled, the task continues.',
    input: RunInput,
    event: TaskRunEvent,
    output: TaskRun,
  },
} as const satisfies Methods;
