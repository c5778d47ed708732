import { type Command, InvalidArgumentError } from 'commander';
import type { Client } from '../../../shared/client.ts';
import type { TimelineFilter } from '../../../shared/model/timeline.ts';
import { MOMENT_EXAMPLES, readMoment, zoneName } from '../../../shared/moment-text.ts';
import { addExamples, addOutputFlags, addScopeFlags } from './flags.ts';
import type { Invocation } from './verb.ts';

/** Adds the options that the verbs of the timeline have in common, and examples. */
export function addTimelineFlags(
  command: Command,
  examples: readonly (readonly [string, string])[],
): Command {
  addOutputFlags(
    addScopeFlags(command).option('-c, --cluster <name>', 'only this cluster (default: all of the account)'),
  );
  return addExamples(command, examples);
}

/** Reads an option that is a past moment, in the time zone of this machine unless it names one. */
export function momentOption(text: string): string {
  const read = readMoment(text, new Date(), 'local');
  if (read.kind === 'moment') return read.at.toISOString();
  throw new InvalidArgumentError(
    read.kind === 'future'
      ? 'This time is in the future. Give a past time.'
      : `Give a time such as ${MOMENT_EXAMPLES}.`,
  );
}

/** The account and region of the command, and its cluster if one is given. */
export async function timelineFilter({ scope, flags }: Invocation): Promise<TimelineFilter> {
  const { account, region } = await scope();
  const cluster = flags.text('cluster');
  return { account, region, ...(cluster === undefined ? {} : { cluster }) };
}

/** Reads the data of the timeline, and prints what could not be read. */
export async function readForTimeline(
  client: Client,
  { output }: Pick<Invocation, 'output'>,
  wanted: Omit<TimelineFilter, 'service'> & { readonly at?: string },
): Promise<void> {
  const { problems } = await client.call('timeline.read', wanted, { onEvent: () => undefined });
  for (const problem of problems) output.note(problem);
}

/** A moment in the zone of this machine: `2026-11-24 14:00 (Europe/Berlin)`. */
export function momentText(instant: string): string {
  return `${localText(instant)} (${zoneName('local')})`;
}

/** The same without the zone. */
export function localText(instant: string): string {
  const date = new Date(instant);
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16).replace('T', ' ');
}
