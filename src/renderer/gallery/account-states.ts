import type { PlaceOverview } from '../../shared/model/overview.ts';
import type { PromptRequest } from '../../shared/model/prompt.ts';
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
  'accounts.list': () => ({
    accounts: [anAccount('acme'), anAccount('far'), anAccount(LONG_NAME)],
    sandbox: 'offered',
  }),
  'overview.known': () => PLACES,
};

/** The overview of all accounts, with what the sidebar knows of them. */
export const ACCOUNT_STATES: Readonly<Record<string, Answers>> = {
  loading: { ...ACCOUNTS, 'overview.known': () => [], 'overview.read': loading },
  mixed: { ...ACCOUNTS, 'overview.read': () => PLACES },
};

/** A question of the engine that waits for an answer. */
function asked(request: PromptRequest): Answers {
  return {
    'prompts.watch'(_input, { emit }) {
      emit(request);
      return new Promise(() => undefined);
    },
  };
}

const OPEN = { id: '6f2c1f0e-3c52-4c0e-9a40-0f4f1f6f0a01', over: false } as const;
const ADDRESS = 'https://us-east-1.signin.aws.amazon.com/v1/authorize?response_type=code';

/** The questions that only a person can answer. */
export const PROMPT_STATES: Readonly<Record<string, Answers>> = {
  'sign-in': asked({ ...OPEN, kind: 'sign-in', session: 'corp', address: ADDRESS }),
  code: asked({ ...OPEN, kind: 'sign-in', session: LONG_NAME, address: ADDRESS, code: 'ABCD-EFGH' }),
  invalid: asked({
    ...OPEN,
    kind: 'authorization-code',
    session: 'dev',
    address: ADDRESS,
    problem: 'This is not an authorization code. Copy the whole code that the page shows.',
  }),
  'mfa-code': asked({
    ...OPEN,
    kind: 'mfa-code',
    question: 'MFA code of arn:aws:iam::123456789012:mfa/ana, for the profile prod',
  }),
  'run-command': asked({
    ...OPEN,
    kind: 'run-command',
    profile: LONG_NAME,
    command: 'vault read -format=json aws/creds/deployer',
    place: 'line 4 of /home/ana/.aws/config',
  }),
};
