import { cancelled } from '../../../shared/errors.ts';
import type { Prompt } from '../ports/ports.ts';

const decline = (): Promise<never> => Promise.reject(cancelled('The question'));

/** A person who answers no question. */
export const DECLINING_PROMPT: Prompt = {
  mfaCode: decline,
  runCommand: decline,
  signIn: decline,
  authorizationCode: decline,
};
