import type { FleetBoard } from '../../../../shared/model/fleet.ts';

/** What can be done with a fleet as it stands, and with how many services. */
export interface BoardChoices {
  readonly resume: boolean;
  readonly stop: boolean;
  /** Services that have not been begun. */
  readonly waiting: number;
  /** Services that would be rolled back; 0 when that is not on offer. */
  readonly back: number;
}

export function boardChoices({ state, waves }: FleetBoard): BoardChoices {
  const rows = waves.flat();
  const waiting = rows.filter((row) => row.state === 'waiting' || row.state === 'held-back').length;
  const sent = rows.filter((row) => row.state === 'succeeded' || row.state === 'deploying').length;
  switch (state) {
    case 'planned':
      return { resume: false, stop: false, waiting, back: 0 };
    case 'running':
      return { resume: false, stop: waiting > 0, waiting, back: sent };
    case 'paused':
      return { resume: true, stop: true, waiting, back: sent };
    case 'stopping':
      return { resume: false, stop: false, waiting, back: sent };
    case 'interrupted':
      return { resume: waiting > 0, stop: waiting > 0, waiting, back: sent };
    case 'ended':
      return { resume: waiting > 0, stop: false, waiting, back: sent };
  }
}
