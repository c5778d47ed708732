import type { PlaceOverview } from '../../shared/model/overview.ts';
import type { Answers } from '../src/testing/engine.tsx';
import { aCluster, aServiceRow, LONG_NAME } from './samples.ts';
import { loading } from './states-of.tsx';

const anAccount = (name: string) => ({
  id: `profile:${name}`,
  name,
  kind: 'profile' as const,
  region: 'us-east-1',
  environment: 'production' as const,
});

const FAILING = {
  ...aServiceRow('thumbnails'),
  state: 'failing' as const,
  problem: {
    kind: 'image-missing' as const,
    sentence: 'The image of app was deleted: thumbnails:1.2.7. 3 tasks cannot start.',
    nextStep: 'Push the image again, or roll back to a revision whose image exists.',
  },
};

const PLACES: readonly PlaceOverview[] = [
  {
    account: 'profile:acme',
    region: 'us-east-1',
    state: 'read',
    clusters: [
      {
        ...aCluster('main'),
        counts: { failing: 1, degraded: 2, rolledBack: 1, deploying: 1, drifted: 1 },
        readAt: '2026-11-27T10:00:00Z',
        rows: [FAILING, { ...aServiceRow(LONG_NAME), state: 'degraded' }, aServiceRow('web')],
      },
      { ...aCluster('huge'), services: 1200, rows: [], problem: 'Open huge to read its 1200 services.' },
    ],
  },
  {
    account: 'profile:far',
    region: 'us-east-1',
    state: 'failed',
    problem: "Couldn't reach ecs.us-east-1.amazonaws.com. Check the network.",
    clusters: [],
  },
  {
    account: `profile:${LONG_NAME}`,
    region: 'us-east-1',
    state: 'sign-in',
    problem: 'Open the account to sign in.',
    clusters: [],
  },
];

const ACCOUNTS: Answers = {
  'accounts.list': () => ({ accounts: [anAccount('acme'), anAccount('far'), anAccount(LONG_NAME)] }),
  'overview.known': () => PLACES,
};

/** The overview of all accounts, with what the sidebar knows of them. */
export const ACCOUNT_STATES: Readonly<Record<string, Answers>> = {
  loading: { ...ACCOUNTS, 'overview.known': () => [], 'overview.read': loading },
  mixed: { ...ACCOUNTS, 'overview.read': () => PLACES },
};
