import { setTimeout as wait } from 'node:timers/promises';
import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import type { ApprovalAnswer, ApprovalRequest } from '../../../shared/model/approval.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import type { Handlers } from '../ports/handlers.ts';
import type { Clock, HostFacts } from '../ports/ports.ts';
import type { ApprovalStore } from './approval-store.ts';

type ApprovalMethods = 'approvals.request' | 'approvals.watch' | 'approvals.answer';
type PlanMethods = 'releases.plan' | 'releases.planRollback' | 'releases.planRevision';

interface ApprovalsOptions {
  readonly store: ApprovalStore;
  readonly host: HostFacts;
  readonly clock: Clock;
  /** Milliseconds between two reads of the requests of other processes. */
  readonly pollMs: number;
  /** Called once for each request that a watcher sees first. */
  readonly onRequest: (request: ApprovalRequest) => void;
}

interface Approvals {
  readonly handlers: Pick<Handlers, ApprovalMethods>;
  /** The same methods, which remember the newest plans that they make: only these can be asked for. */
  keepingPlans(handlers: Pick<Handlers, PlanMethods>): Pick<Handlers, PlanMethods>;
}

/** A plan lapses after a day anyway. */
const MOST_PLANS = 200;

/** Programs ask for the execution of a plan here, and the window of any process of this machine answers. */
export function createApprovals({ store, host, clock, pollMs, onRequest }: ApprovalsOptions): Approvals {
  const plans = new Map<string, Plan>();
  const told = new Set<string>();

  function keep(plan: Plan): Plan {
    plans.set(plan.id, plan);
    for (const oldest of [...plans.keys()].slice(0, -MOST_PLANS)) plans.delete(oldest);
    return plan;
  }

  /** The state of a request; the answer is taken out of the store, so that it counts once. */
  function takeAnswer(id: string): ApprovalAnswer {
    const state = store.stateOf(id);
    if (state === 'approved' || state === 'refused') store.remove(id);
    if (state !== undefined) return state;
    throw new SlipwayError(
      'TIMEOUT',
      'The request for approval has ended without an answer. Make a new plan and ask again.',
    );
  }

  async function answerOf(id: string, waitSeconds: number, signal: AbortSignal): Promise<ApprovalAnswer> {
    const until = clock.now().getTime() + waitSeconds * 1000;
    for (;;) {
      const answer = takeAnswer(id);
      if (answer !== 'waiting' || clock.now().getTime() >= until) return answer;
      await pause(pollMs, signal);
    }
  }

  const handlers: Approvals['handlers'] = {
    async 'approvals.request'({ plan: planId, waitSeconds, overrides = [], ...asked }, { signal }) {
      const plan = plans.get(planId);
      if (plan === undefined) {
        throw new SlipwayError(
          'NOT_FOUND',
          `This process has made no plan ${planId}. Make one, and pass its id.`,
        );
      }
      const id = store.continueOrAdd({ ...asked, plan, overrides });
      try {
        return { answer: await answerOf(id, waitSeconds, signal) };
      } catch (error) {
        store.remove(id);
        throw error;
      }
    },

    async 'approvals.watch'(_input, { signal, emit }) {
      let shown: string | undefined;
      while (!signal.aborted) {
        const version = store.version();
        if (version !== shown) {
          shown = version;
          const waiting = store.waiting();
          for (const request of waiting.filter(({ id }) => !told.has(id))) {
            told.add(request.id);
            onRequest(request);
          }
          emit(waiting);
        }
        await pause(pollMs, signal);
      }
      throw cancelled('approvals.watch');
    },

    async 'approvals.answer'({ id, answer, confirmation }) {
      if (host.host === 'cli') {
        throw new SlipwayError(
          'INVALID_INPUT',
          "A request is approved in Slipway's window, not on the command line. Open the window.",
        );
      }
      const request = store.waiting().find((each) => each.id === id);
      const expected = request?.plan.confirmation;
      if (answer === 'approve' && expected !== undefined && confirmation !== expected) {
        throw new SlipwayError('PREFLIGHT_FAILED', `Type ${expected} to approve this plan.`);
      }
      if (request === undefined || !store.answer(id, answer === 'approve' ? 'approved' : 'refused')) {
        throw new SlipwayError(
          'NOT_FOUND',
          'This request has ended: it was answered elsewhere, withdrawn, or it expired.',
        );
      }
      return {};
    },
  };

  return {
    handlers,
    keepingPlans: (releases) => ({
      'releases.plan': async (input, call) => keep(await releases['releases.plan'](input, call)),
      'releases.planRollback': async (input, call) =>
        keep(await releases['releases.planRollback'](input, call)),
      'releases.planRevision': async (input, call) =>
        keep(await releases['releases.planRevision'](input, call)),
    }),
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, { signal });
  } catch {
    throw cancelled('The request for approval');
  }
}
