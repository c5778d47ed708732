import type { Declaration, Drift } from '../../shared/model/drift.ts';
import type { Guard } from '../../shared/model/environment.ts';
import type { Hold, LockStatus } from '../../shared/model/lock.ts';
import type { SharedPlan } from '../../shared/model/shared-plan.ts';
import type { Matrix, TimelineChange } from '../../shared/model/timeline.ts';
import { A_SERVICE } from '../src/testing/deploy.ts';
import type { Answers } from '../src/testing/engine.tsx';
import { LONG_NAME, manyOf } from './samples.ts';
import { CLUSTER, failed, type GalleryState, loading, statesOf } from './states-of.tsx';

const READ_AT = '2026-11-27T10:00:00.000Z';
const PLACE = { account: 'sandbox', region: 'us-east-1' };
const SOURCE = 'https://github.com/acme/web';

function anEnvironment(cluster: string, environment: 'production' | 'staging') {
  return { ...PLACE, cluster, accountName: 'sandbox', environment, readAt: READ_AT };
}

function aMatrix(names: readonly string[], clusters: readonly string[] = ['main', 'staging']): Matrix {
  const running = (version: string) => ({
    version,
    digest: `sha256:${'4be91d7c'.repeat(8)}`,
    revision: 'web:41',
  });
  return {
    environments: clusters.map((cluster, index) =>
      anEnvironment(cluster, index === 0 ? 'production' : 'staging'),
    ),
    rows: names.map((name, index) => ({
      name,
      cells: clusters.map((_, environment) => ({
        environment,
        service: name,
        state: index % 5 === 4 ? ('unsure' as const) : ('runs' as const),
        running: running(name === LONG_NAME ? LONG_NAME : `1.${index}.${environment}`),
        since: '2026-11-20T10:00:00.000Z',
        ...(index % 5 === 4
          ? { note: 'The last recorded deployment by then: one outside Slipway would not show.' }
          : {}),
        commits:
          index % 3 === 0
            ? { kind: 'newest' as const }
            : index % 3 === 1
              ? { kind: 'counted' as const, behind: 12, ahead: 1 }
              : { kind: 'uncounted' as const, reason: `No clone of ${SOURCE} is chosen.`, cloneOf: SOURCE },
      })),
    })),
  };
}

function aChange(service: string, index: number): TimelineChange {
  return {
    ...PLACE,
    id: `change-${index}`,
    cluster: 'main',
    environment: 'production',
    service,
    kind: 'deploy',
    title: `Deploy 1.${index} to ${service}`,
    startedAt: READ_AT,
    outcome: index % 2 === 0 ? 'succeeded' : 'rolled-back',
    from: { version: '1.8.3', revision: 'web:40' },
    to: { version: `1.${index}.0`, revision: 'web:41' },
    callerIdentity: 'ana',
    why: service === LONG_NAME ? LONG_NAME : 'The fix of the login',
    link: 'https://tickets.example/SHOP-1',
    isOutsideSlipway: false,
  };
}

function changes(names: readonly string[]): Answers {
  return {
    ...READ,
    'timeline.changes': () => ({
      changes: names.map(aChange),
      isCut: names.length > 50,
      environments: [anEnvironment('main', 'production')],
    }),
  };
}

const READ: Answers = { 'timeline.read': () => ({ problems: [] }) };

function matrix(answer: Answers['timeline.matrix'], problems: readonly string[] = []): Answers {
  return {
    'timeline.read': () => ({ problems: [...problems] }),
    ...(answer === undefined ? {} : { 'timeline.matrix': answer }),
  };
}

const DRIFTED: Declaration = {
  kind: 'cdk',
  title: 'CDK stack shop-checkout',
  where: 'arn:aws:cloudformation:us-east-1:123456789012:stack/shop-checkout/1',
  isOwner: true,
  same: 6,
  differences: [
    { name: 'desired count', declared: '2', running: '3' },
    { name: 'image of app', declared: 'acme/checkout:2.0.0', running: 'acme/checkout:2.1.0' },
    { name: 'variable LOG_LEVEL of app', running: 'set' },
  ],
  computed: [{ name: 'cpu', by: 'the parameter Cpu' }],
  notes: ['The state has what Terraform applied last as aws_ecs_service.web.'],
};

function drift(found: Drift): Answers {
  return { 'services.get': () => A_SERVICE, 'drift.get': () => found };
}

const HOLD: Hold = { why: 'Incident 4711: no changes', by: 'ana', host: 'laptop-7', since: READ_AT };
const FREE: LockStatus = { ledger: 'read', waiting: [] };

function locks(status: Partial<LockStatus>): Answers {
  return { 'services.get': () => A_SERVICE, 'locks.status': () => ({ ...FREE, ...status }) };
}

const TWO_PEOPLE: Guard = {
  environment: 'production',
  from: 'rule',
  confirm: 'name',
  readOnly: false,
  mutableTags: 'allow',
  approvals: 'two-people',
  ledger: { table: 'slipway-ledger' },
};

function aSharedPlan(title: string, index: number): SharedPlan {
  return {
    id: `0b8f8d4e-3d0c-4a68-9b5c-0f0c7b0f9a0${index}`,
    service: { ...PLACE, cluster: 'main', service: 'web' },
    kind: 'deploy',
    title,
    base: 'web:41',
    images: [{ container: 'app', image: 'acme/web:1.9.0' }],
    why: 'The fix of the login',
    overrides: [],
    plannedBy: 'arn:aws:sts::123456789012:assumed-role/deployer/mira',
    host: 'laptop-7',
    hash: '4be91d7c'.repeat(8),
    at: READ_AT,
    expiresAt: '2026-11-28T10:00:00.000Z',
  };
}

/** Plans that wait in the ledger for a second person. */
function sharedPlans(...titles: readonly string[]): Answers {
  return { 'environments.of': () => TWO_PEOPLE, 'releases.shared': () => titles.map(aSharedPlan) };
}

/** What a team sees: the timeline, what declares a service, plans that wait for a second person, and locks and holds. */
export const TEAM_STATES: readonly GalleryState[] = [
  ...statesOf('timeline', '/timeline', {
    empty: matrix(() => ({ environments: [], rows: [] })),
    loading: { 'timeline.read': loading, 'timeline.matrix': loading },
    failed: matrix(failed, ['staging: AWS in us-east-1 did not answer. Check the network, then try again.']),
    filled: matrix(() => aMatrix(manyOf(8, 'service'))),
    long: matrix(() => aMatrix([LONG_NAME, 'web'], [LONG_NAME, 'staging', 'tools', 'qa'])),
    many: matrix(() => aMatrix(manyOf(1000, 'service'))),
  }),
  ...statesOf('timeline-changes', '/timeline?view=changes', {
    empty: changes([]),
    long: changes([LONG_NAME, 'web', 'checkout']),
    many: changes(manyOf(100, 'service')),
  }),
  ...statesOf('timeline-restore', '/timeline?view=restore', {
    filled: matrix(() => aMatrix(manyOf(2, 'service'))),
  }),
  ...statesOf('drift', `${CLUSTER}/s/web`, {
    drifted: drift({ declarations: [DRIFTED], notRead: [] }),
    'not-read': drift({
      declarations: [],
      notRead: ['The stack shop could not be read. AWS refused to read this.'],
    }),
    long: drift({
      declarations: [
        {
          ...DRIFTED,
          title: `Terraform state ${LONG_NAME}`,
          differences: [{ name: `image of ${LONG_NAME}`, declared: LONG_NAME, running: `${LONG_NAME}:2` }],
          notes: [LONG_NAME],
        },
      ],
      notRead: [`${LONG_NAME} is not compared: it is encrypted.`],
    }),
  }),
  ...statesOf('shared-plans', CLUSTER, {
    one: sharedPlans('Deploy web:42 to web'),
    many: sharedPlans(...manyOf(5, 'Deploy web:42 to service')),
    long: sharedPlans(`Deploy ${LONG_NAME} to web`, 'Scale web from 2 to 3'),
  }),
  ...statesOf('locks', `${CLUSTER}/s/web`, {
    free: locks({}),
    taken: locks({
      holder: {
        id: 'r1',
        by: 'ben',
        host: LONG_NAME,
        what: 'Deploy web:42 to web',
        since: READ_AT,
        until: READ_AT,
      },
      waiting: [{ id: 'r2', by: 'ana', host: 'laptop-7', since: READ_AT }],
    }),
    held: locks({ hold: HOLD, clusterHold: { ...HOLD, why: LONG_NAME, until: '2026-11-30T10:00:00.000Z' } }),
    unavailable: locks({ ledger: 'unavailable', problem: 'The table slipway-ledger does not exist.' }),
  }),
];
