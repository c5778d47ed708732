import type { CompletionSource } from '@codemirror/autocomplete';
import type { RegistrationCompletion } from '../../../../shared/model/registration.ts';

type Complete = (
  text: string,
  offset: number,
  signal: AbortSignal,
) => Promise<RegistrationCompletion | undefined>;

/**
 * Completion as the engine answers it, which has filtered by what is typed. Without the key it opens once a word or a
 * quote is begun: an open list takes the Enter that was meant for a new line.
 */
export function completionSource(complete: Complete): CompletionSource {
  return async (context) => {
    if (!context.explicit && context.matchBefore(/["\w-]/) === null) return null;
    const ending = new AbortController();
    context.addEventListener('abort', () => ending.abort(), { onDocChange: true });
    const answer = await complete(context.state.doc.toString(), context.pos, ending.signal);
    if (answer === undefined || answer.options.length === 0) return null;
    const { from, to, options } = answer;
    return {
      from,
      to,
      filter: false,
      options: options.map(({ label, about, insert }) => ({ label, detail: about, apply: insert })),
    };
  };
}
