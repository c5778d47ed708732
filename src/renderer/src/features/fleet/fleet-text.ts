import type { FleetRowState, FleetState, WavePause, WaveRules } from '../../../../shared/model/fleet.ts';
import type { Plan } from '../../../../shared/model/plan.ts';
import type { MarkKind } from '../../ui/mark.tsx';
import type { FleetDraft } from './fleet-draft.ts';

interface StateLabel {
  readonly kind: MarkKind;
  readonly word: string;
}

/** The sentences of a bulk release, of its form, plan and board, to be read together. */
export const FLEET_TEXT = {
  title: 'Bulk release',
  image: 'Image',
  changeImage: 'Change image',
  services: 'Services',
  allServices: 'All services',
  matchingServices: 'All matching services',
  filter: 'Filter services',
  filterOf: (count: number) => `Filter ${count} services by name`,
  noMatch: 'No matching services',
  onlyFirst: (shown: number, all: number) =>
    `The first ${shown} of ${all.toLocaleString('en')} services are shown. Filter to see others.`,
  selected: (chosen: number, all: number) =>
    `${chosen.toLocaleString('en')} of ${all.toLocaleString('en')} selected`,
  listingClusters: 'Listing clusters',
  listingServices: (listed: number, clusters: number) =>
    `Listing the services of ${clusters === 1 ? '1 cluster' : `${clusters} clusters`}${listed === 0 ? '' : `, ${listed} done`}`,
  reading: (done: number, total: number) =>
    `Reading services: ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`,
  noneYet: 'None of the services read so far uses this repository.',
  noService: (region: string, repository: string) =>
    `No service in ${region} uses an image from ${repository}`,
  columns: {
    service: 'Service',
    environment: 'Environment',
    running: 'Running now',
    tasks: 'Tasks',
    wave: 'Wave',
  },
  waveOf: (service: string) => `Wave of ${service}`,
  waves: 'Waves',
  wavesHelp: 'Each wave starts when the previous one has finished.',
  review: 'Review changes',
  split: 'How services are split into waves',
  bySize: 'Fixed-size waves',
  byHand: 'Choose wave per service',
  byHandHelp: 'Enter a wave number for each service above.',
  firstWave: 'Services in the first wave',
  laterWaves: 'Services in each later wave',
  stopAfter: 'Stop after',
  stopUnit: 'Unit of the failure limit',
  failedServices: 'failed services',
  failedPercent: '% of services failed',
  between: 'Between waves',
  pauses: {
    never: 'Continue automatically',
    'after-first': 'Wait for approval after the first wave',
    'after-each': 'Wait for approval after each wave',
  },
  rollBackOnStop: 'Roll back updated services when the release stops',
  checking: 'Checking services',
  back: 'Back',
  ready: 'Ready',
  readyWithWarnings: 'Ready, with warnings',
  readyUnverified: "Ready, but some checks couldn't be verified",
  overridden: 'Ready, with overridden checks',
  blocked: 'Blocked',
  notAvailable: 'not available',
  override: 'Override this check',
  overrideOf: (service: string, check: string) => `Override this check for ${service}: ${check}`,
  blockedServices: (blocked: number, all: number) =>
    `${blocked} of ${all} services can't be deployed. Fix the failed checks, override them, or remove the services.`,
  remove: (count: number) => `${count === 1 ? 'Remove it' : 'Remove them'} and refresh`,
  reason: 'Reason',
  reasonHint: 'A ticket or a sentence',
  reasonRequired: 'Required by a rule',
  link: 'Link',
  linkHint: 'https:// link to a ticket or a pull request',
  noLink: 'Enter a link that starts with https:// or http://.',
  commit: 'Commit',
  commitHint: 'The git commit you release',
  noCommit: 'Enter 7 to 64 hexadecimal digits.',
  waitsForLocks: 'Wait up to 30 minutes for services that another release has locked',
  saved: 'Saved in the journal and as tags of each new revision.',
  confirmPurpose: 'to deploy to all of them',
  newRelease: 'New release',
  missing: (fleet: string) =>
    `The bulk release ${fleet} doesn't exist. Check the address, or start a new one.`,
  tryAgain: 'Try again',
} as const;

/** The sentences of what can be done with a bulk release that was started. */
export const ACTION_TEXT = {
  nextWave: 'Continue with the next wave',
  resume: (waiting: number) => `Continue with ${services(waiting)}`,
  resumeTitle: 'Continue the release?',
  resumeMeaning: (sentence: string, waiting: number) =>
    `${sentence} ${services(waiting)} will be updated wave by wave. Earlier failures no longer count towards the limit.`,
  resumeAction: (waiting: number) => `Deploy to ${services(waiting)}`,
  stop: 'Stop release…',
  stopTitle: 'Stop the release?',
  stopMeaning: (waiting: number) =>
    `${services(waiting)} will not be started. Deployments in progress continue.`,
  stopAction: 'Stop release',
  stopAndRollBack: 'Stop and roll back…',
  rollBackAll: 'Roll back all…',
  rollBackTitle: 'Roll back the release?',
  rollBackMeaning: (count: number) =>
    `${
      count === 1
        ? '1 service that was updated or is being updated returns to its previous revision.'
        : `${count} services that were updated or are being updated return to their previous revisions.`
    } No other service is started.`,
  rollBackAction: (count: number) => `Roll back ${services(count)}`,
  cancel: 'Cancel',
} as const;

/** Only what has the image is green. */
export const ROW_STATES: Readonly<Record<FleetRowState, StateLabel>> = {
  planned: { kind: 'idle', word: 'Not started' },
  waiting: { kind: 'idle', word: 'Waiting' },
  deploying: { kind: 'progress', word: 'In progress' },
  succeeded: { kind: 'ok', word: 'Succeeded' },
  failed: { kind: 'failed', word: 'Failed' },
  stale: { kind: 'warning', word: 'Changed since review' },
  'rolling-back': { kind: 'progress', word: 'Rolling back' },
  'rolled-back': { kind: 'warning', word: 'Rolled back' },
  'held-back': { kind: 'idle', word: 'Not started' },
};

const FLEET_STATES: Readonly<Record<Exclude<FleetState, 'ended'>, StateLabel>> = {
  planned: { kind: 'idle', word: 'Not started' },
  running: { kind: 'progress', word: 'In progress' },
  paused: { kind: 'warning', word: 'Waiting for approval' },
  stopping: { kind: 'warning', word: 'Stopping' },
  interrupted: { kind: 'warning', word: 'Interrupted' },
};

/** The state of a fleet; one that has ended is green only when every service was updated. */
export function fleetStateLabel(state: FleetState, rows: readonly FleetRowState[]): StateLabel {
  if (state !== 'ended') return FLEET_STATES[state];
  if (rows.every((row) => row === 'succeeded')) return { kind: 'ok', word: 'Succeeded' };
  if (rows.some((row) => row === 'failed' || row === 'stale')) return { kind: 'failed', word: 'Failed' };
  if (rows.includes('rolled-back')) return { kind: 'warning', word: 'Rolled back' };
  return { kind: 'idle', word: 'Stopped' };
}

/** Such as `2 changes`. */
export function changeCount({ images, differences, serviceDifferences }: Plan): string {
  const changed = images.filter(({ change }) => change !== 'unchanged' && change !== 'same-tag').length;
  const count = changed + differences.length + serviceDifferences.length;
  return count === 1 ? '1 change' : `${count} changes`;
}

/** Such as `1 service`. */
export function services(count: number): string {
  return count === 1 ? '1 service' : `${count} services`;
}

/** Such as `Wave 2, 5 services`. */
export function waveTitle(index: number, count: number): string {
  return `Wave ${index + 1}, ${services(count)}`;
}

/** What a fleet does between its waves, in a sentence or three. */
export function ruleLabel({ stopAfterFailures, rollBackOnStop, pause }: WaveRules): string {
  const stop =
    stopAfterFailures === 1
      ? 'The release stops at the first failure'
      : `The release stops after ${stopAfterFailures} failures`;
  const then = rollBackOnStop
    ? ' and rolls back the updated services.'
    : '. Updated services keep the new image.';
  return `${stop}${then}${PAUSES[pause]}`;
}

const PAUSES: Readonly<Record<WavePause, string>> = {
  never: '',
  'after-first': ' It waits for your approval after the first wave.',
  'after-each': ' It waits for your approval after each wave.',
};

/** When a draft would stop, with how many of the chosen services that is. */
export function stopLabel({ stopAfter, stopUnit }: FleetDraft, chosen: number): string {
  const limit = stopUnit === 'failures' ? stopAfter : Math.ceil((chosen * Math.min(stopAfter, 100)) / 100);
  if (limit <= 1) return 'Stops at the first failed service.';
  return `Stops after ${limit} failed services.`;
}
