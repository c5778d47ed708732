/** The sentences of the question for an MFA code. */
export const PROMPTS_TEXT = {
  title: 'MFA code required',
  code: 'MFA code',
  digit: (number: number) => `Digit ${number} of the code`,
  notNow: 'Not now',
  continue: 'Continue',
} as const;
