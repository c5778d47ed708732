import type { Rollout } from '../../shared/model/deployment.ts';
import type { FleetBoard, FleetCandidate } from '../../shared/model/fleet.ts';
import type { Image, Repository } from '../../shared/model/image.ts';
import type { CheckResult, Plan } from '../../shared/model/plan.ts';
import type { Comparison } from '../../shared/model/revision.ts';
import { anImageJob, anImagePlan } from '../src/testing/cleanup.ts';
import { A_SERVICE, SOME_SETTINGS } from '../src/testing/deploy.ts';
import { A_DIAGNOSIS } from '../src/testing/diagnosis.ts';
import type { Answers } from '../src/testing/engine.tsx';
import { aPlan } from '../src/testing/plan.ts';
import { anEntry } from '../src/testing/timeline.ts';
import { LONG_NAME, manyOf } from './samples.ts';
import { ACCOUNT, CLUSTER, failed, type GalleryState, loading, statesOf } from './states-of.tsx';

const SERVICE = `${CLUSTER}/s/web`;
const FLEET_ID = '0b8f8d4e-3d0c-4a68-9b5c-0f0c7b0f9a01';
const DEPLOYMENT = 'arn:aws:ecs:us-east-1:111111111111:service-deployment/main/web/abc';

function aRepository(name: string): Repository {
  return {
    name,
    uri: `127.0.0.1:5000/${name}`,
    arn: `arn:aws:ecr:us-east-1:111111111111:repository/${name}`,
    tagMutability: 'MUTABLE',
  };
}

function anImage(tag: string, index: number): Image {
  return {
    repository: 'acme/web',
    digest: `sha256:${index.toString(16).padStart(64, '0')}`,
    tags: [tag],
    platforms: [],
    commit: '4be91d7c0ffee',
    status: 'ACTIVE',
  };
}

/** The deploy form with these images in the repository. */
function deploying(images: Answers['images.list']): Answers {
  return {
    'repositories.list': () => [aRepository('acme/web')],
    'services.settings': () => SOME_SETTINGS,
    ...(images && { 'images.list': images }),
  };
}

const RESULTS: readonly CheckResult[] = ['pass', 'warn', 'fail', 'unknown'];

function planWith(change: Partial<Plan>): Answers {
  return { 'releases.planRollback': () => aPlan({ kind: 'rollback', ...change }) };
}

function aRollout(different: Partial<Rollout>, deployment: Partial<Rollout['deployment']> = {}): Rollout {
  return {
    deployment: {
      arn: DEPLOYMENT,
      id: 'abc',
      status: 'IN_PROGRESS',
      outcome: 'in-progress',
      revision: 'web:42',
      previousRevision: 'web:41',
      images: [],
      isRollbackTarget: false,
      ...deployment,
    },
    taskGroups: [
      {
        revision: 'web:41',
        role: 'old',
        cells: [{ taskId: 'o1', state: 'healthy', label: 'o1, healthy' }],
        summary: '1 running',
      },
      {
        revision: 'web:42',
        role: 'new',
        cells: [{ taskId: 't1', state: 'failing', label: 't1, app exited with code 1' }],
        summary: '1 failed',
      },
    ],
    circuitBreaker: { status: 'MONITORING', failures: 1, threshold: 3 },
    failures: [],
    events: [],
    sentence: '1 of 3 tasks runs web:42.',
    strategy: 'ROLLING',
    ...different,
  };
}

/** The service page while it shows this rollout. */
function watching(rollout: Answers['releases.watch']): Answers {
  return {
    'services.get': () => ({ ...A_SERVICE, state: 'deploying', activeDeploymentArn: DEPLOYMENT }),
    ...(rollout && { 'releases.watch': rollout }),
  };
}

function aCandidate(service: string): FleetCandidate {
  return {
    cluster: 'main',
    service,
    environment: 'production',
    desired: 4,
    containers: [{ name: 'app', image: '127.0.0.1:5000/acme/web:1.8.3', tag: '1.8.3' }],
  };
}

/** The form of a bulk release for a repository that these services use. */
function releasingTo(candidates: Answers['fleet.candidates']): Answers {
  return {
    'repositories.list': () => [aRepository('acme/web')],
    'images.list': () => [anImage('1.9.0', 1)],
    ...(candidates && { 'fleet.candidates': candidates }),
  };
}

function aBoard(services: readonly string[]): FleetBoard {
  const states = ['succeeded', 'deploying', 'failed', 'waiting'] as const;
  return {
    id: FLEET_ID,
    account: 'sandbox',
    region: 'us-east-1',
    stopAfterFailures: 1,
    rollBackOnStop: false,
    pause: 'after-first',
    title: `Deploy acme/web:1.9.0 to ${services.length} services`,
    state: 'running',
    sentence: `1 of ${services.length} updated`,
    waves: services.map((service, index) => [
      {
        cluster: 'main',
        service,
        state: states[index % states.length] ?? 'waiting',
        sentence: `${service}: 2 of 4 tasks run the new revision.`,
      },
    ]),
  };
}

function aComparison(names: readonly string[]): Comparison {
  const { revision: before } = anEntry(40);
  const { revision: after } = anEntry(41);
  return {
    titles: { before: 'web:40', after: 'web:41' },
    findings: [],
    before,
    after,
    images: [],
    differences: names.map((name) => ({
      container: 'app',
      subject: 'environment',
      name,
      kind: 'changed',
      before: 'old',
      after: name,
    })),
    unchanged: 47,
    beforeJson: '{}',
    afterJson: '{}',
  };
}

function drafting(family: string): Answers {
  const json = JSON.stringify({ family, containerDefinitions: [{ name: family, image: 'web:1' }] }, null, 2);
  return {
    'revisions.draft': () => ({ json, choices: { networkMode: ['awsvpc', 'bridge'] } }),
    'revisions.check': () => ({ problems: [], differences: [] }),
    'revisions.complete': () => ({ from: 0, to: 0, options: [] }),
  };
}

const IMAGE_CLEANUP: Answers = {
  'repositories.list': () => [aRepository('api'), aRepository('web')],
  'cleanup.imagePolicy': () => ({}),
  'cleanup.planImages': () => anImagePlan(),
};

/** Deploying, planning, following, releasing to many services, editing, comparing and cleaning images up. */
export const RELEASE_STATES: readonly GalleryState[] = [
  ...statesOf('deploy', `${SERVICE}?dialog=deploy`, {
    empty: deploying(() => []),
    loading: deploying(loading),
    failed: { ...deploying(failed), 'services.settings': failed },
    long: deploying(() => [anImage(LONG_NAME.slice(0, 128), 1)]),
    many: deploying(() => manyOf(1000, 'build').map(anImage)),
  }),
  ...statesOf('plan', `${SERVICE}?dialog=rollback`, {
    loading: { 'releases.planRollback': loading },
    failed: { 'releases.planRollback': failed },
    ready: planWith({}),
    blocked: planWith({
      canExecute: false,
      checks: RESULTS.map((result) => ({ rule: result, result, message: `This check is ${result}` })),
    }),
    long: planWith({
      title: LONG_NAME,
      confirmation: LONG_NAME,
      checks: [{ rule: 'tag', result: 'warn', message: LONG_NAME, advice: LONG_NAME }],
      commands: [`aws ecs update-service --service ${LONG_NAME}`],
    }),
    many: planWith({
      checks: manyOf(100, 'check').map((rule) => ({ rule, result: 'pass', message: rule })),
    }),
  }),
  ...statesOf('rollout', SERVICE, {
    loading: watching(loading),
    failed: watching(failed),
    progress: watching((_input, { emit }) => {
      emit(aRollout({}));
      return loading();
    }),
    rolled: watching(() =>
      aRollout(
        { sentence: A_DIAGNOSIS.sentence, diagnosis: A_DIAGNOSIS },
        { status: 'ROLLBACK_SUCCESSFUL', outcome: 'rolled-back' },
      ),
    ),
    long: watching(() =>
      aRollout({ sentence: LONG_NAME, alarms: [{ name: LONG_NAME, state: 'ALARM', triggered: true }] }),
    ),
    many: watching(() =>
      aRollout({
        taskGroups: [
          {
            revision: 'web:42',
            role: 'new',
            cells: manyOf(1000, 'task').map((taskId) => ({ taskId, state: 'healthy', label: taskId })),
            summary: '1,000 running',
          },
        ],
      }),
    ),
  }),
  ...statesOf(
    'bulk-release',
    `${ACCOUNT}/fleet?image=${encodeURIComponent('127.0.0.1:5000/acme/web:1.9.0')}`,
    {
      empty: releasingTo(() => []),
      loading: releasingTo(loading),
      failed: releasingTo(failed),
      long: releasingTo(() => [aCandidate(LONG_NAME)]),
      many: releasingTo(() => manyOf(100, 'service').map(aCandidate)),
    },
  ),
  ...statesOf('bulk-release-board', `${ACCOUNT}/fleet?fleet=${FLEET_ID}`, {
    loading: { 'fleet.watch': loading },
    failed: { 'fleet.watch': failed },
    progress: { 'fleet.watch': () => aBoard(manyOf(4, 'service')) },
    long: { 'fleet.watch': () => aBoard([LONG_NAME]) },
    many: { 'fleet.watch': () => aBoard(manyOf(100, 'service')) },
  }),
  ...statesOf('revision-editor', `${ACCOUNT}/revise?from=web%3A41`, {
    loading: { 'revisions.draft': loading },
    failed: { 'revisions.draft': failed },
    ready: drafting('web'),
    long: drafting(LONG_NAME),
  }),
  ...statesOf('compare', `${ACCOUNT}/diff?before=web%3A40&after=web%3A41`, {
    empty: { 'revisions.compare': () => aComparison([]) },
    loading: { 'revisions.compare': loading },
    failed: { 'revisions.compare': failed },
    long: { 'revisions.compare': () => aComparison([LONG_NAME]) },
    many: { 'revisions.compare': () => aComparison(manyOf(300, 'VARIABLE')) },
  }),
  ...statesOf('image-cleanup', `${ACCOUNT}/image-cleanup`, {
    empty: IMAGE_CLEANUP,
    running: { ...IMAGE_CLEANUP, 'cleanup.jobs': () => [anImageJob(), anImageJob({ subject: LONG_NAME })] },
    failed: { ...IMAGE_CLEANUP, 'cleanup.imagePolicy': failed, 'repositories.list': failed },
  }),
];
