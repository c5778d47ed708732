import { type Command, InvalidArgumentError } from 'commander';
import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { repeated } from './flags.ts';
import type { Invocation } from './verb.ts';

/** Adds the options of the clean-up after a deploy. */
export function addCleanFlags(command: Command): Command {
  return command
    .option('--clean <count>', 'remove old revisions of the family after a success: keep=10', keepCount)
    .option(
      '--acknowledge <source>',
      'for --clean: a source that may need any revision, as `slipway clean` names it (may be repeated)',
      repeated,
    );
}

/** Throws INVALID_INPUT for --clean where the command does not wait for the end of the deployment. */
export function requireCleanFlags({ flags }: Pick<Invocation, 'flags'>): void {
  if (!flags.isSet('clean') || (flags.text('wait-until') ?? 'done') === 'done') return;
  throw new SlipwayError(
    'INVALID_INPUT',
    '--clean removes revisions after a success, so the deployment is followed to its end: leave --wait-until out.',
  );
}

/**
 * Deregisters old revisions of the family that the service runs, as `slipway clean` does: what is in use stays. A clean-up that
 * is not possible is named and changes nothing about the deploy.
 */
export async function cleanAfter(invocation: Invocation, service: ServiceRef): Promise<void> {
  const { flags, output, io } = invocation;
  const keepNewest = flags.number('clean');
  if (keepNewest === undefined) return;
  const client = await invocation.client([io.interrupt]);
  try {
    const sentence = await clean(invocation, client, { service, keepNewest });
    output.note(sentence);
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    const text = `The deploy succeeded, but no old revisions were removed. ${error.message}`;
    output.problem([{ text, style: 'yellow' }]);
  }
}

interface Wanted {
  readonly service: ServiceRef;
  readonly keepNewest: number;
}

async function clean(
  { flags, output }: Invocation,
  client: Client,
  { service, keepNewest }: Wanted,
): Promise<string> {
  const { account, region } = service;
  const { family } = await client.call('services.get', service);
  const policy = { keepNewest, keepDays: 0, deletePermanently: false };
  const plan = await client.call('cleanup.plan', { account, region, families: [family], policy });
  if (plan.removing === 0) return `No revision of ${family} has to be removed.`;
  const byHand = `slipway clean --families ${family} --keep ${keepNewest}`;
  const acknowledged = flags.texts('acknowledge');
  const missing = plan.unknown.filter(({ source }) => !acknowledged.includes(source));
  if (missing.length > 0) {
    const names = missing.map(({ source, reason }) => `${source} ${reason}`).join(', ');
    const options = missing.map(({ source }) => `--acknowledge '${source}'`).join(' ');
    throw refused(`Any revision may be in use: ${names}. Add ${options}, or run \`${byHand}\`.`);
  }
  const { confirmation } = plan;
  if (confirmation !== undefined && !flags.isSet('confirm')) {
    throw refused(
      `${plan.removing} revisions would be removed in production. Run \`${byHand} --confirm ${confirmation}\`.`,
    );
  }
  const job = await client.call('cleanup.run', {
    plan: plan.id,
    ...(confirmation === undefined ? {} : { confirmation }),
    ...(acknowledged.length === 0 ? {} : { acknowledged: [...acknowledged] }),
  });
  for (const { name, message } of job.failed) output.problem(`${name}: ${message}`);
  return job.sentence ?? `Removed ${job.total - job.failed.length} of ${job.total} revisions of ${family}.`;
}

/** The number of `keep=10`. */
function keepCount(text: string): number {
  const count = Number(/^keep=(?<count>\d{1,5})$/.exec(text)?.groups?.count);
  if (count >= 1 && count <= 10_000) return count;
  throw new InvalidArgumentError('Give keep= and how many of the newest revisions stay, such as keep=10.');
}

function refused(sentence: string): SlipwayError {
  return new SlipwayError('INVALID_INPUT', sentence);
}
