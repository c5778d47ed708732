import { assertNever } from '../../../../shared/assert-never.ts';
import type { Check, Plan, PlanCost, PlanKind } from '../../../../shared/model/plan.ts';
import { formatDuration } from '../../lib/format.ts';

/** The sentences of a plan, to be read together. */
export const PLAN_TEXT = {
  loading: 'Reading the service and running checks. Nothing is changed.',
  noSuchRelease: (deployment: string) => `There is no release ${deployment.slice(0, 100)} to roll back to.`,
  chooseRelease: 'Close this, and choose a successful release in the history.',
  changes: 'Changes',
  imageOf: (container: string) => `${container}, image`,
  unchanged: (count: number) =>
    count === 1 ? '1 other setting unchanged' : `${count} other settings unchanged`,
  cost: 'Cost',
  checks: 'Checks',
  showMorePassed: (count: number) => `Show ${count} more passed`,
  showPassed: (count: number) => (count === 1 ? 'Show the passed check' : `Show ${count} passed checks`),
  override: 'Override this check',
  overrideOf: ({ message }: Check) => `Override this check: ${message}`,
  otherWay: 'How to deploy',
  appSpec: 'AppSpec',
  calls: 'API calls',
  copy: 'Copy as AWS CLI',
  copyCommands: 'Copy commands',
  copied: 'Copied',
  reason: 'Reason',
  reasonKept: 'Saved in the journal',
  reasonRequired: 'Required by a rule, saved in the journal',
  ticketRequired: (pattern: string) => `A rule requires a ticket: ${pattern}`,
  reasonHint: 'A ticket or a sentence',
  share: 'Share for a second person',
  waits: 'The plan waits for a second person until',
  howToExecute: (plan: string, cluster: string) =>
    `Another person opens it from the notice in their window, or runs: slipway execute ${plan} -c ${cluster}`,
  plannedBy: (who: string, host: string) => `${who} planned this on ${host}`,
  link: 'Link',
  linkHint: 'https:// link to a ticket or a pull request',
  linkFault: 'Enter a link that starts with https:// or http://.',
  commit: 'Git commit',
  commitHint: 'The git commit you release',
  commitFault: 'Enter at least 7 digits of a commit id.',
  tagRevision: 'Tag the revision with this and my identity',
  cancel: 'Cancel',
  closeWhileSending: 'Close (deployment continues)',
  sending: (title: string) => `${title} is being sent to AWS.`,
  refresh: 'Refresh',
  stopped: "Stopped. Requests that were already sent can't be undone. Continue from the journal.",
  resume: 'Continue deployment',
  deregister: (revision: string) => `Deregister ${revision}`,
  theNewRevision: 'the new revision',
  stopTitle: 'Stop and close?',
  keepRunning: 'Keep running',
  stopAndClose: 'Stop and close',
  close: 'Close',
  draftTitle: 'Close and keep a draft?',
  draftText:
    'Nothing was sent to AWS. The draft is kept on this computer for 7 days, without values that look like secrets.',
  keepEditing: 'Keep editing',
  discardDraft: 'Discard draft',
  keepDraft: 'Close and keep draft',
} as const;

interface ActionLabel {
  /** What the button says. */
  readonly action: string;
  /** The same as part of a sentence: `Type web to deploy`. */
  readonly verb: string;
}

export function actionLabel(kind: PlanKind): ActionLabel {
  switch (kind) {
    case 'deploy':
      return { action: 'Deploy', verb: 'deploy' };
    case 'scale':
      return { action: 'Scale', verb: 'scale' };
    case 'change':
      return { action: 'Change', verb: 'change' };
    case 'rollback':
      return { action: 'Roll back', verb: 'roll back' };
    case 'stop':
      return { action: 'Stop and roll back', verb: 'stop and roll back' };
    default:
      return assertNever(kind);
  }
}

/** Where the change is made: `acme-prod · us-east-1 · main`. */
export function whereLabel({ service: { account, region, cluster } }: Plan): string {
  return [account.replace(/^profile:/, ''), region, cluster].join(' · ');
}

/** What the plan was made on, before the age of the deployment: `Based on web:40`. */
export function baseLabel({ base }: Plan): string {
  return `Based on ${base.revision}`;
}

/** What happens when nothing of the task definition and the settings is different. */
export function nothingLabel(plan: Plan): string {
  if (plan.calls.some(({ operation }) => operation === 'DeleteTaskSet'))
    return plan.kind === 'stop'
      ? 'The new task set and its tasks are deleted. The primary task set does not change.'
      : 'The task definition does not change. A different task set becomes the primary one.';
  if (plan.kind === 'stop')
    return 'ECS stops the deployment in progress and rolls back to the previous revision.';
  if (plan.calls.some(({ operation }) => operation === 'RegisterTaskDefinition'))
    return 'A new revision with the same content is registered.';
  return 'The task definition does not change.';
}

/** `$29.55 a month before, $59.10 a month after, at Fargate list prices of 2026-01`. */
export function costLabel({ before, after, pricesOf }: PlanCost): string {
  if (before === undefined && after === undefined) return 'Cost not known: no Fargate list price applies.';
  const label = `${usdLabel(before)} before, ${usdLabel(after)} after, at Fargate list prices of ${pricesOf}`;
  return label.replace(/^n/, 'N');
}

function usdLabel(usd: number | undefined): string {
  return usd === undefined ? 'not known' : `$${usd.toFixed(2)} a month`;
}

/** How long it will take, if it starts a deployment. */
export function expectedLabel({ kind, expectedMs }: Plan): string {
  if (kind === 'stop' || kind === 'scale' || kind === 'change') return '';
  if (expectedMs === undefined) return 'No estimate yet: this service has no earlier successful deployment.';
  return `About ${formatDuration(expectedMs)}, based on earlier deployments`;
}

/** Why the button is off, or what pressing it means. `blocking` are the failed checks that nobody overrode. */
export function blockedLabel(mayGoAhead: boolean, blocking: readonly Check[]): string {
  if (mayGoAhead) return 'Failed checks are overridden. The journal records this.';
  if (blocking.length === 0) return 'No changes';
  return blocking.every(({ overridable }) => overridable === true)
    ? 'A check failed. Fix it, or override this check.'
    : "A check failed and can't be overridden. Fix it, then refresh.";
}
