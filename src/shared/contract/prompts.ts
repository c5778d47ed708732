import { PromptAnswer, PromptRequest } from '../model/prompt.ts';
import { Done, type Methods, Nothing } from './method.ts';

/** Questions that only a person can answer. */
export const promptsMethods = {
  'prompts.watch': {
    kind: 'stream',
    about:
      'Streams questions that only a person can answer. An MFA code, a sign-in in the browser, or whether the command of a profile (credential_process) may run. Ends when cancelled.',
    input: Nothing,
    event: PromptRequest,
    output: Done,
  },
  'prompts.answer': {
    kind: 'change',
    about: 'Answers a question from prompts.watch, or declines it.',
    input: PromptAnswer,
    output: Done,
  },
} as const satisfies Methods;
