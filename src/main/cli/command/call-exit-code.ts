import { contract } from '../../../shared/contract.ts';
import type { ErrorCode } from '../../../shared/errors.ts';
import type { FleetBoard } from '../../../shared/model/fleet.ts';
import type { CallAnswer } from '../../../shared/transport.ts';
import { EXIT, REFUSALS } from './exit-code.ts';

/** What these methods find out before they change anything: no such image, repository or folder, an immutable tag. */
const REFUSALS_OF: Readonly<Record<string, ReadonlySet<ErrorCode>>> = {
  'docker.push': new Set(['NOT_FOUND', 'CONFLICT']),
  'docker.build': new Set(['NOT_FOUND']),
};

const WatchResult = contract['releases.watch'].output.pick({ deployment: true });
const TaskResult = contract['tasks.run'].output.pick({ exitCode: true });
const CleanupResult = contract['cleanup.run'].output;

const FleetResult = contract['fleet.run'].output.pick({ state: true, waves: true });

/** 0 only for success: a release that was watched to another end than `succeeded` has failed. */
export function exitCodeOf(method: string, answer: CallAnswer, interrupted: boolean): number {
  if (answer.ok) return isSuccess(method, answer.value) ? EXIT.success : EXIT.failed;
  if (interrupted) return EXIT.interrupted;
  const { code } = answer.error;
  return REFUSALS.has(code) || REFUSALS_OF[method]?.has(code) === true ? EXIT.refused : EXIT.failed;
}

function isSuccess(method: string, value: unknown): boolean {
  if (method === 'releases.watch') return WatchResult.parse(value).deployment.outcome === 'succeeded';
  if (method === 'tasks.run') return TaskResult.parse(value).exitCode === 0;
  if (method === 'cleanup.run') return CleanupResult.parse(value).failed.length === 0;
  if (method === 'fleet.run' || method === 'fleet.watch') return hasSucceeded(FleetResult.parse(value));
  return true;
}

/** At a pause nothing may have failed so far. */
function hasSucceeded({ state, waves }: Pick<FleetBoard, 'state' | 'waves'>): boolean {
  const rows = waves.flat().map((row) => row.state);
  return rows.every((row) => row === 'succeeded' || (state === 'paused' && row === 'waiting'));
}
