import { z } from 'zod';
import { Job } from '../model/job.ts';
import { lazyStrictObject } from '../model/lazy-objects.ts';
import { PlanId } from '../model/plan.ts';
import { Done, type Methods, Nothing } from './method.ts';

/** Jobs in progress. */
export const jobsMethods = {
  'jobs.list': {
    kind: 'query',
    about: 'Lists releases and clean-ups in progress, and ended ones that were not dismissed, newest first.',
    input: Nothing,
    output: z.array(Job),
  },
  'jobs.watch': {
    kind: 'stream',
    about: 'Streams the list of jobs whenever it changes, at most ten times a second. Ends when cancelled.',
    input: Nothing,
    event: z.array(Job),
    output: Done,
  },
  'jobs.cancel': {
    kind: 'change',
    about:
      'Stops a job before its next request. Requests already sent are not undone; a deployment continues ' +
      'without being followed.',
    input: lazyStrictObject(() => ({ job: PlanId })),
    output: Done,
  },
  'jobs.dismiss': {
    kind: 'change',
    about: 'Removes an ended job from the list, or all ended jobs.',
    input: lazyStrictObject(() => ({ job: PlanId.optional() })),
    output: Done,
  },
} as const satisfies Methods;
