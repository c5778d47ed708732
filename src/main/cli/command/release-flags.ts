import { type Command, Option } from 'commander';
import { repeated, wholeNumber } from './flags.ts';
import type { Until } from './follow.ts';
import { durationText } from './since.ts';
import type { Invocation } from './verb.ts';
import { isUntil, waitState } from './wait-state.ts';

const LONGEST_TIMEOUT_S = 86_400;

/** Adds the options of what is noted, confirmed and overridden. */
export function addExecuteFlags(command: Command): Command {
  return command
    .option('--why <reason>', 'reason, for the journal and the tags of the revision')
    .option('--link <url>', 'ticket or pull request')
    .option('--commit <sha>', 'git commit that is deployed')
    .option('--confirm <name>', 'name of the service; required in production')
    .option('--override <check>', 'failed check to override, such as movement; may be repeated', repeated);
}

/** Adds `--wait-lock`. */
export function addWaitLockFlag(command: Command): Command {
  return command.option(
    '--wait-lock [duration]',
    'where another release has the lock of the ledger, wait in its queue, such as 10m (default: 30m)',
    durationText,
  );
}

/** Adds the options of how long a deployment is followed. */
export function addFollowFlags(command: Command): Command {
  return addTimeoutFlag(command).option('-v, --verbose', 'print all checks, calls and service events');
}

/** Adds `--timeout`. */
export function addTimeoutFlag(command: Command): Command {
  return command.option(
    '--timeout <seconds>',
    'stop waiting after this time',
    wholeNumber(1, LONGEST_TIMEOUT_S),
  );
}

/** Adds `--on-timeout`. */
export function addOnTimeoutFlag(command: Command, description: string): Command {
  const option = new Option('--on-timeout <action>', description)
    .choices(['leave', 'roll-back'])
    .default('leave');
  return command.addOption(option);
}

/** Adds `--on-timeout` and `--wait-until`. */
export function addWaitFlags(command: Command): Command {
  return addOnTimeoutFlag(command, 'what happens to the deployment then').option(
    '--wait-until <state>',
    'accepted, done, paused (a hook waits for a person) or stage:NAME (default: done)',
    (text: string) => waitState(text, ['accepted']),
  );
}

/** What `--wait-until` says; undefined for `accepted`. */
export function untilOf({ flags }: Invocation): Until | undefined {
  const text = flags.text('wait-until') ?? 'done';
  if (text === 'accepted') return undefined;
  return isUntil(text) ? text : 'done';
}
