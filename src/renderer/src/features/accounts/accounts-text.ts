/** The states of an account in the sidebar. */
export const ACCOUNT_TEXT = {
  failed: 'Failed',
  signedOut: 'Signed out',
  notRead: 'Not read',
  signInCommand: (command: string) => `the command to sign in: ${command}`,
} as const;
