import type { Guard } from '../../shared/model/environment.ts';
import type { ExecReadiness } from '../../shared/model/session.ts';
import { ShellDrawer } from '../src/features/sessions/shell-drawer.tsx';
import { ShellView } from '../src/features/sessions/shell-view.tsx';
import type { Answers } from '../src/testing/engine.tsx';
import { A_TASK_DETAIL } from '../src/testing/tasks.ts';
import { GalleryDialog } from './gallery-window.tsx';
import { LONG_NAME } from './samples.ts';
import { failed, type GalleryState, loading } from './states-of.tsx';

const SERVICE = { account: 'sandbox', region: 'us-east-1', cluster: 'main', service: 'web' };
const TASK = { account: 'sandbox', region: 'us-east-1', cluster: 'main', task: A_TASK_DETAIL.task.id };

const GUARD: Guard = {
  environment: 'production',
  from: 'rule',
  confirm: 'name',
  readOnly: false,
  mutableTags: 'allow',
};

const READY: ExecReadiness = {
  service: 'web',
  containers: [
    { name: 'app', ports: [8080, 9090], isConnected: true },
    { name: LONG_NAME, ports: [], isConnected: false },
  ],
  checks: [
    { rule: 'exec-agent', result: 'pass', message: 'The agent of app is connected' },
    {
      rule: 'exec-agent',
      result: 'warn',
      message: `The ECS Exec agent of ${LONG_NAME} is PENDING`,
      advice: 'It needs the permissions of the task role and a way to ssmmessages.',
    },
  ],
  isPossible: true,
  canTurnOn: false,
};

const OFF: ExecReadiness = {
  ...READY,
  checks: [
    {
      rule: 'execute-command',
      result: 'fail',
      message: 'ECS Exec was off when the task was started (enableExecuteCommand)',
      advice: 'Turn on ECS Exec for web with a new deployment.',
    },
    {
      rule: 'exec-role',
      result: 'fail',
      message: "The task role web-task isn't allowed to use ssmmessages:OpenDataChannel",
      advice: 'Add the permissions to the role.',
      policy: '{\n  "Version": "2012-10-17"\n}',
    },
  ],
  isPossible: false,
  canTurnOn: true,
};

const USUAL: Answers = {
  'accounts.refused': () => [],
  'environments.of': () => GUARD,
  'sessions.check': () => READY,
};

const OUTPUT = 'root@ip-10-0-1-4:/app# ls\r\nserver.js  package.json\r\nroot@ip-10-0-1-4:/app# ';

/** A shell that has printed something and waits. */
const OPEN: Answers = {
  'sessions.open': (_, { emit }) => {
    emit({ kind: 'opened', session: 'one', container: 'app', at: '2026-11-27T14:02:00.000Z' });
    emit({ kind: 'output', data: btoa(OUTPUT) });
    return loading();
  },
  'sessions.resize': () => ({}),
  'sessions.write': () => ({}),
};

function drawer(state: string, answers: Answers): GalleryState {
  return {
    name: `shell/${state}`,
    render: () => (
      <GalleryDialog title="web" answers={{ ...USUAL, ...answers }}>
        <ShellDrawer task={TASK} service={SERVICE} title="Task 0a1b2c3d4e5f" onClose={() => undefined} />
      </GalleryDialog>
    ),
  };
}

/** The drawer of a task's shell and ports, and a shell that runs. */
export const SESSION_STATES: readonly GalleryState[] = [
  drawer('form', {}),
  drawer('off', { 'sessions.check': () => OFF }),
  drawer('rule', { 'environments.of': () => ({ ...GUARD, shells: 'refuse' }) }),
  drawer('forbidden', {
    'accounts.refused': () => [
      { change: 'open-shell', action: 'ecs:ExecuteCommand' },
      { change: 'forward-port', action: 'ssm:StartSession' },
    ],
  }),
  drawer('loading', { 'sessions.check': loading }),
  drawer('failed', { 'sessions.check': failed }),
  {
    name: 'shell/open',
    render: () => (
      <GalleryDialog title="web" answers={{ ...USUAL, ...OPEN }}>
        <ShellView target={{ ...TASK, container: 'app' }} onBusyChange={() => undefined} />
      </GalleryDialog>
    ),
  },
];
