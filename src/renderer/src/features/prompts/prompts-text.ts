/** The sentences of the questions for an MFA code and for a sign-in. */
export const PROMPTS_TEXT = {
  title: 'MFA code required',
  code: 'MFA code',
  digit: (number: number) => `Digit ${number} of the code`,
  runCommand: 'Run a command for credentials?',
  getsCredentials: (profile: string, place: string) =>
    `The profile ${profile} gets its credentials from this command (${place}). Slipway runs it as you, and does not ask again until the command changes.`,
  command: 'Command',
  run: 'Run the command',
  notNow: 'Not now',
  continue: 'Continue',
  signIn: (session: string) => `Sign in to ${session}`,
  openBrowser: 'Open the sign-in page in your browser and allow the access. Slipway continues by itself.',
  openWithCode:
    'Open the sign-in page in a browser, on this or another device. Check that it shows this code, and allow the access. Slipway continues by itself.',
  signInCode: 'Sign-in code',
  openForCode:
    'Open the sign-in page in a browser, on this or another device, and allow the access. Its last page shows a code: enter it here.',
  authorizationCode: 'Authorization code',
  signInButton: 'Sign in',
  open: 'Open the sign-in page',
  copyAddress: 'Copy the address',
  copied: 'Copied',
  waiting: 'Waiting for the sign-in',
  withCode: 'Use a code instead',
} as const;
