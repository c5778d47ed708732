import { assertNever } from '../../../../shared/assert-never.ts';
import type { RegionClusters } from '../../../../shared/model/overview.ts';

/** The states of an account in the sidebar. */
export const ACCOUNT_TEXT = {
  failed: 'Failed',
  signedOut: 'Signed out',
  notRead: 'Not read',
  signIn: 'Sign in',
  signInTo: (account: string) => `Sign in to ${account}`,
  signInCommand: (command: string) => `the command to sign in: ${command}`,
  missing: 'No such account',
  missingAccount: (account: string) => `The account ${account} doesn't exist.`,
  missingHelp:
    'The address may be from another computer. Choose an account on the left, or add the profile to the shared AWS files.',
  allAccounts: 'Show all accounts',
} as const;

/** The sandbox beside the AWS profiles. */
export const SANDBOX_TEXT = {
  name: 'Sandbox',
  start: 'Try the sandbox',
  stop: 'Stop the sandbox',
  stopHere: 'Stop',
  about:
    'The sandbox simulates an AWS account on this computer, with example services to deploy, break and roll back. Nothing in it reaches AWS or costs money. Its data is kept for the next time.',
  notStarted: 'Not running',
  notRunning: "The sandbox isn't running.",
  temporary:
    'Another Slipway uses the data of the sandbox. This one starts with the examples, and its changes are lost when it stops.',
} as const;

/** The field of regions. */
export const REGION_TEXT = {
  choose: 'Choose a region',
  find: 'Find the regions with clusters',
  unknown: 'Not an AWS region',
  missing: 'No such region',
  missingRegion: (region: string) => `There is no AWS region named ${region}.`,
  missingHelp: 'Names of regions look like eu-west-1. Choose one on the left.',
  openAccount: 'Open the account',
  found: ({ state, clusters = 0, hasMore }: RegionClusters): string => {
    switch (state) {
      case 'clusters':
        return hasMore === true
          ? `more than ${clusters} clusters`
          : `${clusters} ${clusters === 1 ? 'cluster' : 'clusters'}`;
      case 'empty':
        return 'no clusters';
      case 'refused':
        return 'not allowed';
      case 'disabled':
        return 'not enabled';
      case 'failed':
        return 'no answer';
      default:
        return assertNever(state);
    }
  },
} as const;
