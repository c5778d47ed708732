/** The states of an account in the sidebar. */
export const ACCOUNT_TEXT = {
  failed: 'Failed',
  signedOut: 'Signed out',
  notRead: 'Not read',
  signIn: 'Sign in',
  signInTo: (account: string) => `Sign in to ${account}`,
  signInCommand: (command: string) => `the command to sign in: ${command}`,
} as const;
