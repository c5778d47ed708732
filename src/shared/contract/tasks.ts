import { z } from 'zod';
import { listUpTo, textUpTo } from '../model/bounded.ts';
import { ServiceRef } from '../model/service.ts';
import { TaskRun, TaskRunEvent, TaskVariable } from '../model/task-run.ts';
import type { Methods } from './method.ts';
import { releasesMethods } from './releases.ts';

const { why, link, confirmation, overrides } = releasesMethods['releases.execute'].input.shape;

/** One-off tasks. */
export const tasksMethods = {
  'tasks.run': {
    kind: 'stream',
    about:
      'Runs a one-off task in the network and with the capacity of a service (RunTask). Writes it to the journal, and ' +
      'returns when it has stopped. Streams its states and, with the log driver awslogs, its lines. The service is not ' +
      'changed. When the call is cancelled, the task continues.',
    input: z.strictObject({
      service: ServiceRef,
      taskDefinition: textUpTo(500)
        .min(1)
        .optional()
        .describe('a family, FAMILY:REVISION or an ARN; default: what the service runs'),
      container: textUpTo(255).min(1).optional().describe('default: the only one'),
      command: listUpTo(100, textUpTo(8_192)).min(1).optional().describe('default: that of the container'),
      environment: listUpTo(100, TaskVariable).optional(),
      why,
      link,
      confirmation,
      overrides,
    }),
    event: TaskRunEvent,
    output: TaskRun,
  },
} as const satisfies Methods;
