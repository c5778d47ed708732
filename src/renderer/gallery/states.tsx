import { aCleanupPlan, aJob } from '../src/testing/cleanup.ts';
import { A_SERVICE } from '../src/testing/deploy.ts';
import type { Answers } from '../src/testing/engine.tsx';
import { ACCOUNT_STATES, PROMPT_STATES } from './account-states.ts';
import { IMAGE_STATES } from './image-states.tsx';
import { LOG_STATES } from './log-states.ts';
import { METRIC_STATES } from './metric-states.tsx';
import { RELEASE_STATES } from './release-states.tsx';
import { aCluster, aFamily, aJournalEntry, aServiceRow, LONG_NAME, manyOf } from './samples.ts';
import { SESSION_STATES } from './session-states.tsx';
import { ACCOUNT, CLUSTER, failed, forbidden, type GalleryState, loading, statesOf } from './states-of.tsx';
import { TASK_STATES } from './task-states.ts';
import { TEAM_STATES } from './team-states.ts';
import { UiComponents } from './ui-components.tsx';

/** What is read of the families in sight. */
const LISTED_FAMILIES: Answers = {
  'families.facts': ({ families }, { emit }) => {
    const facts = families.map((family) => ({
      family,
      revisions: 100,
      hasMore: true,
      newest: { name: `${family}:41`, registeredAt: '2026-01-02T15:47:00.000Z' },
    }));
    for (const each of facts) emit(each);
    return facts;
  },
  'journal.list': () => ({ entries: [] }),
};

const LONG_SERVICE = {
  ...A_SERVICE,
  name: LONG_NAME,
  imageVersion: LONG_NAME,
  tags: [{ key: LONG_NAME.slice(0, 127), value: LONG_NAME }],
  runs: [{ container: LONG_NAME, image: `registry.acme.test/${LONG_NAME}:${LONG_NAME}`, digests: [] }],
};

const OVERVIEW = [
  ...manyOf(3, 'steady').map((name) => ({
    ...aServiceRow(name),
    state: 'steady' as const,
    changedAt: '2026-11-27T09:00:00Z',
  })),
  {
    ...aServiceRow('thumbnails'),
    state: 'failing' as const,
    changedAt: '2026-11-27T10:00:00Z',
    problem: {
      kind: 'image-missing' as const,
      sentence: 'The image of app was deleted: thumbnails:1.2.7. 3 tasks cannot start.',
      nextStep: 'Push the image again, or roll back to a revision whose image exists.',
    },
  },
  { ...aServiceRow(LONG_NAME), state: 'degraded' as const },
  { ...aServiceRow('checkout'), state: 'rolled-back' as const },
  aServiceRow('web'),
];

/** Every component of `ui/`, and the main states of the features' pages. */
export const GALLERY: readonly GalleryState[] = [
  { name: 'ui', render: () => <UiComponents /> },
  ...statesOf('accounts', '/accounts', ACCOUNT_STATES),
  ...statesOf('prompts', '/accounts', PROMPT_STATES),
  ...statesOf('clusters', ACCOUNT, {
    empty: { 'clusters.list': () => [] },
    loading: { 'clusters.list': loading },
    failed: { 'clusters.list': failed },
    long: { 'clusters.list': () => [aCluster(LONG_NAME)] },
    many: { 'clusters.list': () => manyOf(50, 'cluster').map(aCluster) },
  }),
  ...statesOf('services', CLUSTER, {
    empty: { 'services.list': () => [] },
    loading: { 'services.list': loading },
    failed: { 'services.list': failed },
    forbidden: { 'services.list': forbidden },
    long: { 'services.list': () => [aServiceRow(LONG_NAME), aServiceRow('web')] },
    many: { 'services.list': () => manyOf(1000, 'service').map(aServiceRow) },
    overview: { 'services.list': () => OVERVIEW },
  }),
  ...statesOf('service', `${CLUSTER}/s/web`, {
    loading: { 'services.get': loading },
    failed: { 'services.get': failed },
    quiet: { 'services.get': () => A_SERVICE },
    long: { 'services.get': () => LONG_SERVICE },
  }),
  ...statesOf('families', `${ACCOUNT}/families`, {
    empty: { 'families.all': () => [] },
    loading: { 'families.all': loading },
    failed: { 'families.all': failed },
    long: { ...LISTED_FAMILIES, 'families.all': () => [{ family: LONG_NAME, hasActive: true }] },
    many: { ...LISTED_FAMILIES, 'families.all': () => manyOf(1000, 'family').map(aFamily) },
  }),
  ...statesOf('cleanup', `${ACCOUNT}/cleanup/web`, {
    empty: { 'cleanup.jobs': () => [] },
    running: { 'cleanup.jobs': () => [aJob(), aJob({ subject: LONG_NAME })] },
    planned: { 'cleanup.plan': ({ policy }) => aCleanupPlan(policy) },
    failed: { 'cleanup.policy': failed, 'cleanup.jobs': failed },
  }),
  ...statesOf('journal', '/journal', {
    empty: { 'journal.list': () => ({ entries: [], total: 0 }) },
    loading: { 'journal.list': loading },
    failed: { 'journal.list': failed },
    long: { 'journal.list': () => ({ entries: [aJournalEntry(LONG_NAME)], total: 1 }) },
    many: { 'journal.list': () => ({ entries: manyOf(100, 'service').map(aJournalEntry), total: 1000 }) },
  }),
  ...METRIC_STATES,
  ...TASK_STATES,
  ...SESSION_STATES,
  ...RELEASE_STATES,
  ...LOG_STATES,
  ...IMAGE_STATES,
  ...TEAM_STATES,
];
