import type { Answers } from '../src/testing/engine.tsx';
import { A_TASK_DETAIL, aTaskOf } from '../src/testing/tasks.ts';
import { LONG_NAME } from './samples.ts';
import { CLUSTER, failed, type GalleryState, loading, statesOf } from './states-of.tsx';

const LINES = {
  container: 'app',
  taskId: A_TASK_DETAIL.task.id,
  logGroup: '/ecs/web',
  logStream: 'ecs/app/1',
  lines: [
    { at: '2026-01-02T03:01:10.000Z', text: 'listening on port 8080' },
    { at: '2026-01-02T03:01:12.000Z', text: `Error: ${LONG_NAME}` },
  ],
};

const USUAL: Answers = {
  'accounts.refused': () => [],
  'environments.of': () => ({
    environment: 'production',
    from: 'rule',
    confirm: 'name',
    readOnly: false,
    mutableTags: 'allow',
  }),
  'tasks.get': () => A_TASK_DETAIL,
  'tasks.lines': () => ({ containers: [LINES], notRead: [] }),
  'tasks.checkStop': () => ({
    effects: [
      { isWarning: false, sentence: 'web starts another task in its place.' },
      {
        isWarning: true,
        sentence: 'It is the last healthy task. The service is down until another one runs.',
      },
    ],
    word: 'web',
  }),
};

const STOPPED = {
  ...A_TASK_DETAIL,
  failure: { cause: 'exited with code 1', container: 'app' },
  notRead: ['The protection of the task could not be read. AWS refused it.'],
  tags: [{ key: LONG_NAME.slice(0, 127), value: LONG_NAME }],
  task: {
    ...A_TASK_DETAIL.task,
    state: 'failing' as const,
    lastStatus: 'STOPPED',
    desiredStatus: 'STOPPED',
    stopCode: 'EssentialContainerExited',
    stoppedReason: `Essential container in task exited ${LONG_NAME}`,
    keptAt: '2026-01-02T04:00:00.000Z',
  },
};

/** A family of the longest name. */
const LONG_REVISION = `${'w'.repeat(255)}:41`;

/** 600 tasks of two revisions in three zones, unevenly. */
const MANY = Array.from({ length: 600 }, (_, index) =>
  aTaskOf(index % 5 === 0 ? LONG_REVISION : 'web:42', `us-east-1${'aaabc'.charAt(index % 5)}`),
);

const PAGE = `${CLUSTER}/s/web/t/${A_TASK_DETAIL.task.id}`;

/** The page of a task, and the list of those of a service. */
export const TASK_STATES: readonly GalleryState[] = [
  ...statesOf('task', PAGE, {
    running: USUAL,
    stopped: { ...USUAL, 'tasks.get': () => STOPPED },
    loading: { ...USUAL, 'tasks.get': loading },
    failed: { ...USUAL, 'tasks.get': failed },
  }),
  ...statesOf('stop-task', `${PAGE}?ask=stop`, { asked: USUAL }),
  ...statesOf('run-task', `${CLUSTER}/s/web?dialog=run`, { form: USUAL }),
  ...statesOf('tasks', `${CLUSTER}/s/web?tab=tasks`, {
    empty: { 'services.tasks': () => [] },
    many: { 'services.tasks': () => [...MANY, STOPPED.task] },
  }),
];
