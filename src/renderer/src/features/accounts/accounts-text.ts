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
} as const;

/** The field of regions. */
export const REGION_TEXT = {
  choose: 'Choose a region',
  find: 'Find the regions with clusters',
  unknown: 'Not an AWS region',
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
