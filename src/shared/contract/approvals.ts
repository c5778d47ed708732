import { z } from 'zod';
import { ApprovalAnswer, ApprovalId, ApprovalRequest } from '../model/approval.ts';
import { textUpTo } from '../model/bounded.ts';
import { lazyObject, lazyStrictObject } from '../model/lazy-objects.ts';
import { Done, type Methods, Nothing } from './method.ts';
import { releasesMethods } from './releases.ts';

const { plan, why, link, overrides } = releasesMethods['releases.execute'].input.shape;

/** Plans of programs that wait for a person at the window. */
export const approvalsMethods = {
  'approvals.request': {
    kind: 'change',
    about:
      'Asks a person at the window to approve a plan of this engine, and waits for the answer. Sends nothing. ' +
      'A request without an answer lasts 10 minutes: asking again for the same plan continues it.',
    input: lazyStrictObject(() => ({
      plan,
      requester: textUpTo(200).min(1),
      why,
      link,
      overrides,
      waitSeconds: z.number().int().min(0).max(600),
    })),
    output: lazyObject(() => ({ answer: ApprovalAnswer })),
  },
  'approvals.watch': {
    kind: 'stream',
    about: 'Streams the requests that wait for an answer, whenever they change. Ends when cancelled.',
    input: Nothing,
    event: z.array(ApprovalRequest),
    output: Done,
  },
  'approvals.answer': {
    kind: 'change',
    about: 'Approves or refuses a request from approvals.watch. Only a window can do this.',
    input: lazyStrictObject(() => ({
      id: ApprovalId,
      answer: z.enum(['approve', 'refuse']),
      confirmation: textUpTo(255).optional(),
    })),
    output: Done,
  },
} as const satisfies Methods;
