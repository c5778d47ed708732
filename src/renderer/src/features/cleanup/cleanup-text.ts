import { assertNever } from '../../../../shared/assert-never.ts';
import type { CleanupJob, CleanupPlan, CleanupTarget } from '../../../../shared/model/cleanup.ts';
import type {
  ImageCleanupItem,
  ImageCleanupPlan,
  ImageCleanupTarget,
} from '../../../../shared/model/image-cleanup.ts';
import { formatBytes, formatDuration } from '../../lib/format.ts';
import type { MarkKind } from '../../ui/mark.tsx';

/** The sentences of the clean-up pages, of their forms and previews, to be read together. */
export const CLEANUP_TEXT = {
  title: 'Clean up',
  kinds: 'What to clean up',
  revisions: 'Revisions',
  images: 'Images',
  oldRevisions: 'Old revisions',
  unusedImages: 'Unused images in ECR',
  earlier: 'Earlier clean-ups',
  nothingYet: 'Nothing is removed until you review and confirm it.',
  revisionsHelp:
    'The preview reads every service, deployment, task, rule, schedule and state machine of the account ' +
    'and region, and shows for each revision whether it is removed or kept, and why.',
  imagesHelp:
    'The preview reads what every service, deployment, task and revision of the account and region refers ' +
    'to, and shows for each image whether it is removed or kept, and why. Slipway checks ECS only, not ' +
    'Lambda, App Runner, EKS or other accounts that pull from a repository.',
} as const;

/** The sentences of a policy: what is kept, although nothing uses it. */
export const POLICY_TEXT = {
  selectedFamilies: 'Selected families',
  allFamilies: 'All families',
  allFamiliesHelp: (region: string) => `All families of the account in ${region}, including unused ones.`,
  keepNewest: 'Keep the newest',
  ofRevisions: 'per family',
  ofImages: 'per repository, by push time',
  keepWorked: 'Keep recent successful releases',
  keepWorkedHelp: 'per service, as rollback targets',
  keepDays: 'Keep newer than',
  keepDaysHelp: '0 = ignore age',
  days: ' days',
  keepTagged: 'Keep revisions with the tag',
  keepTaggedHelp: 'key, or key=value',
  none: 'none',
  deletePermanently: 'Delete permanently',
  deletePermanentlyHelp: 'Otherwise they stay INACTIVE.',
  keepTags: 'Keep images with a tag matching',
  keepTagsHelp: '* matches any characters',
  wrongTagPattern: (pattern: string) => `${pattern} is not a valid tag pattern.`,
  untaggedOnly: 'Only untagged images',
  untaggedOnlyHelp: 'Otherwise tagged images are removed too.',
  keepForInactive: 'Keep images of INACTIVE revisions',
  keepForInactiveHelp: 'These revisions can be registered again and rolled back to.',
  preview: 'Preview',
  isDefault: 'This is the default policy of the account.',
  saveAsDefault: 'Save as account default',
  families: 'Families',
  repositories: 'Repositories',
  loading: (things: string) => `Loading ${things}…`,
  search: (things: string) => `Search ${things}`,
  noMatchingFamily: 'No matching family with an active revision',
  noMatchingRepository: 'No matching repository in this account and region',
} as const;

/** The sentences of a preview and of its confirmation. */
export const PREVIEW_TEXT = {
  checking: (what: string) => `Checking what uses ${what}`,
  use: (what: string) => `what uses ${what}`,
  refused: 'Nothing can be removed',
  of: (what: string) => `Preview of ${what}`,
  familyTotals: 'Totals of each family',
  repositoryTotals: 'Totals of each repository',
  toRemove: (count: number) => `${count} to remove`,
  toKeep: (count: number) => `${count} to keep`,
  noRevisions: 'No active revisions',
  noImages: 'No images',
  which: (things: string) => `Which ${things} to show`,
  all: (count: number) => `All ${count}`,
  remove: (count: number) => `Remove ${count}`,
  keep: (count: number) => `Keep ${count}`,
  filter: 'Filter by name or reason',
  noMatch: (things: string) => `No matching ${things}`,
  verdicts: { remove: 'Remove', keep: 'Keep' },
  columns: { name: 'Name', action: 'Action', reason: 'Reason' },
  revisionColumns: ['Registered', 'Status'],
  notRead: 'not read',
  imageColumns: ['Pushed', 'Size'],
  index: 'index',
  removeOne: (name: string) => `Remove ${name}`,
  removeAll: (things: string) => `Remove all listed ${things}`,
  excluded: 'Excluded',
  excludedReason: 'excluded by you',
  keptWithAnother: 'kept with an excluded image',
  nothingLeft: 'Nothing to remove',
  warning: 'Warning',
  unknownUse: 'These may use any revision. Check each one before you continue',
  checked: (source: string, reason: string) => `I have checked ${source}, which ${reason}`,
} as const;

/** The sentences of a clean-up that was started. */
export const JOB_TEXT = {
  title: 'Clean-up',
  processed: 'Processed',
  current: 'Processing',
  pause: 'Pause',
  resume: 'Resume',
  stop: 'Stop',
  held: 'Deletion in progress (DELETE_IN_PROGRESS)',
  failed: 'Failed',
  spared: {
    images: 'Kept or already removed since the preview',
    revisions: 'Kept: in use since the preview',
  },
} as const;

export function stateLabel({ state }: Pick<CleanupJob, 'state'>): string {
  switch (state) {
    case 'running':
      return 'In progress';
    case 'paused':
      return 'Paused';
    case 'done':
      return 'Succeeded';
    case 'failed':
      return 'Failed';
    case 'cancelled':
      return 'Stopped';
    default:
      return assertNever(state);
  }
}

export function markOf({ state }: Pick<CleanupJob, 'state'>): MarkKind {
  switch (state) {
    case 'running':
      return 'progress';
    case 'paused':
      return 'warning';
    case 'done':
      return 'ok';
    case 'failed':
      return 'failed';
    case 'cancelled':
      return 'idle';
    default:
      return assertNever(state);
  }
}

/** `12 of 30 deregistered, 10 deleted, 1 kept, 1 failed`; of images `12 of 30 deleted`. */
export function countLabel(job: CleanupJob): string {
  const { spared, failed } = job;
  const parts = [...removedLabel(job)];
  if (spared.length > 0) parts.push(`${spared.length} kept`);
  if (failed.length > 0) parts.push(`${failed.length} failed`);
  return parts.join(', ');
}

function removedLabel(job: CleanupJob): readonly string[] {
  const { total, deleted } = job;
  switch (job.kind) {
    case 'revisions': {
      const deregistered = `${job.deregistered} of ${total} deregistered`;
      return deleted > 0 ? [deregistered, `${deleted} deleted`] : [deregistered];
    }
    case 'images': {
      const gone = `${deleted} of ${total} deleted`;
      return job.freedBytes > 0 ? [gone, `up to ${formatBytes(job.freedBytes)} freed`] : [gone];
    }
    default:
      return assertNever(job);
  }
}

/** `18 remaining, about 18 s`; nothing when it has ended. */
export function leftLabel({ state, left, leftMs }: CleanupJob): string | undefined {
  if (state !== 'running' && state !== 'paused') return undefined;
  return leftMs === undefined ? `${left} remaining` : `${left} remaining, about ${formatDuration(leftMs)}`;
}

/** What a job is about: `web`, `3 families`, `images of web`. */
export function jobTargetLabel(job: CleanupJob): string {
  return job.kind === 'images' ? imagesLabel(job.target) : targetLabel(job.target);
}

/** The names behind such a label. */
export function targetNames(job: CleanupJob): readonly string[] {
  return job.kind === 'images' ? job.target.repositories : (job.target.families ?? []);
}

/** `web`, `3 families`, `the whole account`. */
export function targetLabel({ families }: CleanupTarget): string {
  return families === undefined ? 'the whole account' : namesLabel(families, 'families');
}

/** `web`, `3 repositories`, or `an image of web`. */
export function repositoriesLabel(target: ImageCleanupTarget): string {
  return target.images === undefined ? namesLabel(target.repositories, 'repositories') : imagesLabel(target);
}

/** `images of web`, `an image of web`. */
function imagesLabel({ images, repositories }: ImageCleanupTarget): string {
  const which = images?.length === 1 ? 'an image' : 'images';
  return `${which} of ${namesLabel(repositories, 'repositories')}`;
}

function namesLabel(names: readonly string[], things: string): string {
  const [first = '', ...others] = names;
  return others.length === 0 ? first : `${names.length} ${things}`;
}

/** `30 to remove, 12 to keep`. */
export function verdictLabel({
  removing,
  keeping,
}: {
  readonly removing: number;
  readonly keeping: number;
}): string {
  return `${PREVIEW_TEXT.toRemove(removing)}, ${PREVIEW_TEXT.toKeep(keeping)}`;
}

/** Why it waits or has stopped by itself; how it ended is in the counts. */
export function waitingSentence({ state, sentence }: CleanupJob): string | undefined {
  return state === 'running' || state === 'paused' ? sentence : undefined;
}

/** `28 to remove, 2 excluded, 12 to keep. Takes about 28 s at the rate that AWS allows.` */
export function revisionSummary({ removing, keeping, expectedMs }: CleanupPlan, left: number): string {
  const took = formatDuration((expectedMs * left) / Math.max(removing, 1));
  return `${chosenLabel(left, removing - left, keeping)}. Takes about ${took} at the rate that AWS allows.`;
}

/** `28 to remove, 2 excluded, 12 to keep. Frees up to 3.2 GB; images share layers.` */
export function imageSummary(
  { removing, keeping }: ImageCleanupPlan,
  left: readonly Pick<ImageCleanupItem, 'kind' | 'sizeBytes'>[],
): string {
  // An index has the size of its images.
  const bytes = left.reduce((sum, { kind, sizeBytes }) => (kind === 'index' ? sum : sum + sizeBytes), 0);
  const counts = chosenLabel(left.length, removing - left.length, keeping);
  return `${counts}. Frees up to ${formatBytes(bytes)}; images share layers.`;
}

function chosenLabel(left: number, excluded: number, keeping: number): string {
  return [
    PREVIEW_TEXT.toRemove(left),
    ...(excluded === 0 ? [] : [`${excluded} excluded`]),
    PREVIEW_TEXT.toKeep(keeping),
  ].join(', ');
}

/** What the button of a clean-up of revisions does, such as `Deregister 3 revisions`. */
export function revisionActionLabel({ policy }: CleanupPlan, left: number): string {
  const revisions = left === 1 ? '1 revision' : `${left} revisions`;
  return policy.deletePermanently ? `Delete ${revisions} permanently` : `Deregister ${revisions}`;
}

/** What the button of a clean-up of images does, such as `Delete 3 images permanently`. */
export function imageActionLabel(left: number): string {
  return `Delete ${left === 1 ? '1 image' : `${left} images`} permanently`;
}

/** Why a clean-up of revisions has to be confirmed by typing. */
export function revisionWarning({ policy, environment, target }: CleanupPlan): string {
  return [
    environmentWarning(environment),
    target.families === undefined ? 'This cleans up all families of the account and region.' : '',
    policy.deletePermanently ? CANNOT_BE_UNDONE : '',
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

/** Why a clean-up of images has to be confirmed by typing. */
export function imageWarning({ environment }: ImageCleanupPlan): string {
  return [environmentWarning(environment), CANNOT_BE_UNDONE].filter((sentence) => sentence !== '').join(' ');
}

const CANNOT_BE_UNDONE = 'Deletion cannot be undone.';

function environmentWarning(environment: CleanupPlan['environment']): string {
  return environment === 'production' ? 'This is production.' : '';
}
