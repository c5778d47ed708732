import type { Hold, LockHolder } from '../../../../shared/model/lock.ts';

/** The sentences about locks and holds. */
export const LOCK_TEXT = {
  /** Followed by how long ago it was, and why. */
  held: (what: string, { by }: Hold) => `${what} was put on hold${by === undefined ? '' : ` by ${by}`}`,
  heldUntil: (end: string) => `, until ${end}`,
  /** Followed by how long ago it was made, and why. */
  onHold: ({ by }: Hold) => `On hold${by === undefined ? '' : ` by ${by}`}`,
  service: 'The service',
  cluster: 'The cluster',
  locked: ({ what, by, host }: LockHolder) =>
    `Locked: ${what}${by === undefined ? '' : ` by ${by}`}${host === '' ? '' : ` on ${host}`}`,
  /** Followed by how long ago it was. */
  taken: 'taken',
  waiting: (count: number) => (count === 1 ? '1 release is waiting' : `${count} releases are waiting`),
  unavailable: "Couldn't read the lock and the holds from the ledger.",
  put: 'Put on hold…',
  end: 'End hold…',
  title: (name: string) => `Put ${name} on hold`,
  about: 'Changes are refused until the hold ends. A person can override it, and the journal records that.',
  endTitle: (name: string) => `End the hold of ${name}`,
  endAbout: ({ why, by }: Hold) =>
    `Everyone can make changes again. It was put on hold${by === undefined ? '' : ` by ${by}`}: ${why}`,
  endWhy: 'Why it ends (optional)',
  endWhyHint: 'Such as incident 4711 is solved',
  endNow: 'End hold',
  why: 'Reason',
  whyHint: 'Such as incident 4711',
  until: 'Ends',
  hold: 'Put on hold',
  cancel: 'Cancel',
  wait: 'Wait for the lock',
  leave: 'Leave the queue',
  place: (position: number, waiting: number) => `Waiting for the lock: ${position} of ${waiting}`,
} as const;

/** How long a hold lasts, in hours; undefined: until a person ends it. */
export const HOLD_HOURS = [
  { value: '', label: 'When a person ends it', hours: undefined },
  { value: '1', label: 'In 1 hour', hours: 1 },
  { value: '4', label: 'In 4 hours', hours: 4 },
  { value: '24', label: 'In 1 day', hours: 24 },
  { value: '72', label: 'In 3 days', hours: 72 },
] as const;
