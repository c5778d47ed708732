import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import type { PromptRequest } from '../../../shared/model/prompt.ts';
import type { Handlers } from './handlers.ts';
import type { Prompt } from './ports.ts';

type PromptHandlers = Pick<Handlers, 'prompts.watch' | 'prompts.answer'>;

/** Passes the engine's questions to the watchers of prompts.watch, and the answers back. */
export interface PromptBroker {
  readonly prompt: Prompt;
  readonly handlers: PromptHandlers;
}

interface OpenQuestion {
  readonly request: PromptRequest;
  readonly answer: (code: string) => void;
  readonly refuse: () => void;
}

type WithoutState<Request> = Request extends unknown ? Omit<Request, 'id' | 'over'> : never;
type Asked = WithoutState<PromptRequest>;

/** A broker without questions. New watchers get the open ones. */
export function createPromptBroker(): PromptBroker {
  const open = new Map<string, OpenQuestion>();
  const watchers = new Set<(request: PromptRequest) => void>();

  function publish(request: PromptRequest): void {
    for (const tell of watchers) tell(request);
  }

  async function ask(asked: Asked, signal: AbortSignal | undefined): Promise<string> {
    if (signal?.aborted) throw cancelled('The question');
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const request: PromptRequest = { ...asked, id: crypto.randomUUID(), over: false };
    const refuse = (): void => reject(cancelled('The question'));
    signal?.addEventListener('abort', refuse, { once: true });
    open.set(request.id, { request, answer: resolve, refuse });
    publish(request);
    try {
      return await promise;
    } finally {
      signal?.removeEventListener('abort', refuse);
      open.delete(request.id);
      publish({ ...request, over: true });
    }
  }

  const handlers: PromptHandlers = {
    async 'prompts.watch'(_input, { signal, emit }) {
      watchers.add(emit);
      try {
        for (const { request } of open.values()) emit(request);
        await aborted(signal);
      } finally {
        watchers.delete(emit);
      }
      throw cancelled('prompts.watch');
    },

    async 'prompts.answer'({ id, answer }) {
      const question = open.get(id);
      if (question === undefined) {
        throw new SlipwayError(
          'NOT_FOUND',
          'This question has ended: it was answered elsewhere, or it timed out.',
        );
      }
      if (answer === undefined) question.refuse();
      else question.answer(answer);
      return {};
    },
  };

  const prompt: Prompt = {
    mfaCode: (question, signal) => ask({ kind: 'mfa-code', question }, signal),
    async runCommand(command, signal) {
      await ask({ kind: 'run-command', ...command }, signal);
    },
    async signIn(step, signal) {
      await ask({ kind: 'sign-in', ...step }, signal);
      return 'with-code';
    },
    authorizationCode: (step, signal) => ask({ kind: 'authorization-code', ...step }, signal),
  };
  return { prompt, handlers };
}

/** Resolves once the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
