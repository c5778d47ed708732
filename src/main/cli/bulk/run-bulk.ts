import type { Client } from '../../../shared/client.ts';
import type { Input } from '../../../shared/contract.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { FleetBoard, FleetPlan } from '../../../shared/model/fleet.ts';
import { overrideOf } from '../../../shared/model/plan.ts';
import { EXIT } from '../command/exit-code.ts';
import { reportStep } from '../command/github-actions.ts';
import { lockWaitMs } from '../command/lock-wait.ts';
import type { Output } from '../command/output.ts';
import type { Invocation } from '../command/verb.ts';
import { type Ended, endOf, endOfRollBack, stoppedAt } from './bulk-end.ts';
import { boardPrinter, bulkStep, printBoard } from './bulk-report.ts';
import { placeOf } from './plan-bulk.ts';

/** Throws PREFLIGHT_FAILED or INVALID_INPUT with what the command lacks. Nothing is sent then. */
export function requireExecutable({ flags }: Invocation, { waves, confirmation }: FleetPlan): void {
  const overrides = flags.texts('override');
  const problems = waves.flat().flatMap((member) => {
    const { plan, problem } = member;
    if (plan === undefined) return [`${placeOf(member)}: ${problem ?? ''}`];
    if (plan.otherWay !== undefined) return [`${placeOf(member)}: ${plan.otherWay.sentence}`];
    return plan.checks
      .filter(({ result }) => result === 'fail')
      .filter((check) => check.overridable !== true || !overrides.includes(overrideOf(check)))
      .map(({ message, advice }) => `${placeOf(member)}: ${[message, advice].filter(Boolean).join('. ')}`);
  });
  if (problems.length > 0) {
    throw new SlipwayError('PREFLIGHT_FAILED', `Nothing was sent. ${problems.join(' ')}`);
  }
  const given = flags.text('confirm');
  if (confirmation === undefined || given === confirmation) return;
  const wrong = given === undefined ? '' : `, not --confirm ${given}`;
  throw new SlipwayError(
    'INVALID_INPUT',
    `Nothing was sent, because the release changes many services or production. Add --confirm ${confirmation}${wrong}.`,
  );
}

/** The checks of `--override` for each service where they failed. */
export function overridesOf({ flags }: Invocation, { waves }: FleetPlan): Input<'fleet.run'>['overrides'] {
  const overrides = flags.texts('override');
  return waves.flat().flatMap(({ cluster, service, plan }) => {
    const failed = plan?.checks.filter(({ result }) => result === 'fail').map(overrideOf) ?? [];
    const checks = failed.filter((check) => overrides.includes(check));
    return checks.length === 0 ? [] : [{ cluster, service, checks }];
  });
}

/**
 * Runs a bulk release, or resumes it, until nothing is in progress or it pauses, and prints the result. The exit code
 * says how it ended. Throws only before anything was sent.
 */
export async function runBulk(
  invocation: Invocation,
  plan: string,
  overrides: Input<'fleet.run'>['overrides'] = [],
): Promise<number> {
  const { flags, io, output } = invocation;
  const client = await invocation.client([]);
  const seconds = flags.number('timeout');
  const timeout = seconds === undefined ? undefined : io.timeout(seconds * 1000);
  const early = new AbortController();
  const signal = AbortSignal.any([io.interrupt, early.signal]);
  const print = boardPrinter(output);
  let hasBegun = false;
  let rollBack: Promise<void> | undefined;
  const timeIsUp = (): void => {
    if (!hasBegun || flags.text('on-timeout') !== 'roll-back') {
      early.abort();
      return;
    }
    output.note(`The release takes longer than ${seconds} s. Rolling back what it has changed.`);
    rollBack = client.call('fleet.stop', { fleet: plan, rollBack: true }).then(
      () => undefined,
      (error: unknown) => reportNoRollBack(output, error),
    );
  };
  if (timeout?.aborted === true) timeIsUp();
  timeout?.addEventListener('abort', timeIsUp, { once: true });
  const [why, link, commit, confirmation] = ['why', 'link', 'commit', 'confirm'].map((name) =>
    flags.text(name),
  );
  const waitMs = lockWaitMs(flags);
  try {
    const board = await client.call(
      'fleet.run',
      {
        plan,
        ...(why === undefined ? {} : { why }),
        ...(link === undefined ? {} : { link }),
        ...(commit === undefined ? {} : { commit }),
        ...(confirmation === undefined ? {} : { confirmation }),
        ...(overrides.length === 0 ? {} : { overrides }),
        ...(waitMs === undefined ? {} : { waitLockSeconds: Math.ceil(waitMs / 1_000) }),
      },
      {
        signal,
        onEvent(event) {
          hasBegun = true;
          print(event);
        },
      },
    );
    await rollBack;
    return report(
      invocation,
      board,
      rollBack === undefined ? endOf(board) : endOfRollBack(board, seconds ?? 0),
    );
  } catch (error) {
    const board = hasBegun && signal.aborted ? await currentBoard(client, plan) : undefined;
    if (board === undefined) throw error;
    return report(invocation, board, stoppedAt(board, io.interrupt.aborted));
  } finally {
    timeout?.removeEventListener('abort', timeIsUp);
  }
}

/** The release goes on then, and its end is the answer. */
function reportNoRollBack(output: Output, error: unknown): void {
  const reason = error instanceof SlipwayError ? error.message : 'See the log for details.';
  output.problem([{ text: `It is not rolled back. ${reason}`, style: 'red' }]);
}

/** The state of a bulk release at this moment. */
async function currentBoard(client: Client, fleet: string): Promise<FleetBoard | undefined> {
  const enough = new AbortController();
  let board: FleetBoard | undefined;
  try {
    await client.call(
      'fleet.watch',
      { fleet },
      {
        signal: enough.signal,
        onEvent(event) {
          board ??= event;
          enough.abort();
        },
      },
    );
  } catch (error) {
    if (!enough.signal.aborted) throw error;
  }
  return board;
}

function report({ io, output }: Invocation, board: FleetBoard, ended: Ended): number {
  const { code, result, sentence } = ended;
  reportStep(io, () => bulkStep(board, ended));
  if (output.isJson) {
    const { id, title, waves } = board;
    output.json({ result, sentence, release: id, title, waves });
    return code;
  }
  printBoard(output, board);
  output.line([{ text: sentence, style: code === EXIT.success ? 'green' : 'yellow' }]);
  return code;
}
