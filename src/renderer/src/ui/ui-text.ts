import type { DeploymentOutcome } from '../../../shared/model/deployment.ts';
import type { CheckResult } from '../../../shared/model/plan.ts';
import type { ServiceState } from '../../../shared/model/service.ts';
import type { TaskState } from '../../../shared/model/task.ts';

/** The health of a service. */
export const SERVICE_STATES: Readonly<Record<ServiceState, string>> = {
  steady: 'Healthy',
  deploying: 'Deploying',
  degraded: 'Degraded',
  failing: 'Failing',
  'rolled-back': 'Rolled back',
  idle: 'Stopped',
  draining: 'Draining',
  inactive: 'Deleted',
};

/** How a deployment ended. */
export const OUTCOME_LABELS: Readonly<Record<DeploymentOutcome, string>> = {
  'in-progress': 'In progress',
  succeeded: 'Succeeded',
  'rolled-back': 'Rolled back',
  failed: 'Failed',
  stopped: 'Stopped',
  unknown: 'Unknown',
};

/** The state of a task. */
export const TASK_STATES: Readonly<Record<TaskState, string>> = {
  healthy: 'healthy',
  running: 'running',
  pending: 'starting',
  failing: 'failed',
  stopping: 'stopping',
  stopped: 'stopped',
};

/** The result of a check. */
export const CHECK_LABELS: Readonly<Record<CheckResult, string>> = {
  pass: 'Passed',
  warn: 'Warning',
  fail: 'Failed',
  unknown: "Couldn't be checked",
};

/** The sentences of the components that the features share, to be read together. */
export const UI_TEXT = {
  account: 'Account',
  region: 'Region',
  becomes: 'becomes',
  bytes: (count: number) => `${count.toLocaleString('en-US')} bytes`,
  openInConsole: 'Open in the AWS console',
  openOneInConsole: (what: string) => `Open ${what} in the AWS console`,
  copy: (what: string) => `Copy ${what}`,
  copied: 'Copied',
  loading: (what: string) => `Loading ${what}…`,
  failed: 'Failed',
  signIn: 'Not readable with the credentials of this account. The notice at the top says why and what to do.',
  noConnection: 'No connection to AWS.',
  lastRead: 'Last read',
  nothingCanChange: 'Nothing can be changed until AWS can be reached again.',
  missingPermission: 'Missing permission:',
  logEntry: 'Log entry:',
  tryAgain: 'Try again',
  requests: 'Requests sent to AWS',
  fatalLine: 'Error line',
  lastLines: (container: string) => `Last lines of ${container}`,
  noTasks: 'no tasks',
} as const;

/** The sentences of the table of failures. */
export const FAILURE_TEXT = {
  title: 'Failures by cause',
  cause: 'Cause',
  count: 'Count',
  container: 'Container',
  exitCode: 'Exit code',
  ranFor: 'Ran for',
  last: 'Last',
  task: 'task',
  from: (shortest: string, longest: string) => `${shortest} to ${longest}`,
} as const;

/** The sentences about an image before and after a change. */
export const IMAGE_TEXT = {
  unchanged: 'unchanged',
  sameTag: 'same tag',
  sameTagHelp: 'The digest is unknown: the tag may have pointed to a different image.',
  commits: 'commits',
  commit: 'commit',
  digest: 'digest',
  unknown: 'unknown',
} as const;

/** The sentences about changes that were typed and not sent. */
export const DRAFT_TEXT = {
  restored: 'Draft restored. Last change',
  discard: 'Discard draft',
  stored: 'Draft stored in this browser',
  notStored: "Couldn't store a draft in this browser. A reload loses your changes.",
  withheld: (names: readonly string[]) =>
    `Not stored, because ${names.length === 1 ? 'it may be' : 'they may be'} secret: ${values(names)}.`,
  missing: (names: readonly string[]) =>
    `Enter again: ${values(names)}. Values that may be secret are not stored.`,
  leaveTitle: 'Leave without finishing?',
  leaveMeaning: 'Your changes are stored in this browser as a draft and restored when you return.',
  stay: 'Stay',
  leave: 'Leave',
} as const;

function values(names: readonly string[]): string {
  const known = [...new Set(names.filter((name) => name !== ''))];
  if (known.length === 0) return 'a value without a name';
  return `${known.length === 1 ? 'the value of' : 'the values of'} ${known.join(', ')}`;
}

/** A task definition family that doesn't exist. */
export const FAMILY_TEXT = {
  missing: (family: string) => `No task definition family named ${family}`,
  missingHelp: (region: string) =>
    `It has no revisions in ${region}. It may be in another account or region, or its revisions were deleted.`,
  all: 'All task definitions',
} as const;

/** Of the least IAM policy for a plan. */
export const POLICY_TEXT = {
  copy: 'Copy IAM policy',
  copied: 'Copied',
  title: 'The least policy for this plan, for an administrator',
};

/** Of changes that AWS would refuse. */
export const REFUSAL_TEXT = {
  sentence: (action: string, ago: string, on: string | undefined) =>
    `You aren't allowed to use ${action} (refused ${ago}${on === undefined ? '' : ` for ${on}`}).`,
  simulated: (actions: readonly string[]) =>
    `You aren't allowed to use ${LIST.format(actions)} (by a simulation of your IAM policies).`,
  tryAnyway: 'Try anyway',
};

const LIST = new Intl.ListFormat('en-GB', { type: 'conjunction' });
