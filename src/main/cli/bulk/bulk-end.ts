import type { FleetBoard } from '../../../shared/model/fleet.ts';
import { EXIT } from '../command/exit-code.ts';
import { placeOf } from './plan-bulk.ts';

/** What a run has come to for the caller. */
export interface Ended {
  readonly code: number;
  readonly result: 'succeeded' | 'failed' | 'paused' | 'in-progress' | 'rolled-back';
  readonly sentence: string;
}

/** How a run that nothing has interrupted ended. */
export function endOf({ id, state, sentence, waves }: FleetBoard): Ended {
  const rows = waves.flat().map((row) => row.state);
  const resume = `\`slipway bulk --resume ${id}\``;
  if (rows.every((row) => row === 'succeeded')) return { code: EXIT.success, result: 'succeeded', sentence };
  if (state === 'paused') {
    const hasFailed = rows.some((row) => row !== 'succeeded' && row !== 'waiting');
    return {
      code: hasFailed ? EXIT.failed : EXIT.waitsForPerson,
      result: 'paused',
      sentence: `${sentence} The next wave waits for a person. ${resume} starts it.`,
    };
  }
  const held = rows.includes('held-back') ? ` ${resume} continues with what was held back.` : '';
  return { code: EXIT.failed, result: 'failed', sentence: `${sentence}${held}` };
}

/** How a run ended that was rolled back because it took longer than so many seconds. */
export function endOfRollBack(board: FleetBoard, seconds: number): Ended {
  const rows = board.waves.flat().map((row) => row.state);
  // The last service may have succeeded in the moment in which the time was up.
  if (rows.every((row) => row === 'succeeded')) return endOf(board);
  const isBack = rows.every((row) => row !== 'succeeded' && row !== 'deploying' && row !== 'rolling-back');
  const what = isBack ? 'and was rolled back' : 'and is not rolled back everywhere';
  return {
    code: EXIT.failed,
    result: isBack ? 'rolled-back' : 'failed',
    sentence: `The release took longer than ${seconds} s ${what}. ${board.sentence}`,
  };
}

/** Where a run stands whose command ends before it. */
export function stoppedAt({ id, waves }: Pick<FleetBoard, 'id' | 'waves'>, isInterrupted: boolean): Ended {
  const open = waves.flat().filter(({ state }) => state === 'deploying' || state === 'rolling-back');
  const sent = open.filter(({ deploymentArn }) => deploymentArn !== undefined).map(placeOf);
  const unclear = open.filter(({ deploymentArn }) => deploymentArn === undefined).map(placeOf);
  const sentences = [
    isInterrupted ? 'Interrupted.' : 'Time is up.',
    ...(sent.length === 0 ? [] : [`What was sent to ${sent.join(', ')} continues.`]),
    ...(unclear.length === 0 ? [] : [`The change of ${unclear.join(', ')} may have been sent.`]),
    `No further service is changed. \`slipway bulk --resume ${id}\` continues with the rest.`,
  ];
  return {
    code: isInterrupted ? EXIT.interrupted : EXIT.timeIsUp,
    result: 'in-progress',
    sentence: sentences.join(' '),
  };
}
