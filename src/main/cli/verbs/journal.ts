import type { Client } from '../../../shared/client.ts';
import type { Input } from '../../../shared/contract.ts';
import type { JournalEntry, JournalPage } from '../../../shared/model/journal.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { EXIT } from '../command/exit-code.ts';
import {
  addExamples,
  addOutputFlags,
  addScopeFlags,
  addServiceFlags,
  wholeNumber,
} from '../command/flags.ts';
import { outcomeCell } from '../command/state-cells.ts';
import { type Cell, printTable } from '../command/table.ts';
import { agoText } from '../command/time-text.ts';
import type { Invocation, Verb } from '../command/verb.ts';

const PAGE = 50;

/** Prints the changes in the journal, those of others in the ledger too. */
export const verb: Verb = {
  configure(command) {
    addServiceFlags(addScopeFlags(command))
      .option('--limit <number>', `how many (default: ${PAGE})`, wholeNumber(1, 500))
      .option('--before <id>', 'those before this entry: the next page');
    addOutputFlags(command);
    addExamples(command, [
      ['the newest changes of the account', 'slipway journal'],
      ['those of a service, with the ledger of the team', 'slipway journal -c production -n web'],
    ]);
  },
  run: journal,
};

const HEADINGS = ['STARTED', 'SERVICE', 'CHANGE', 'RESULT', 'BY', 'ON', 'REASON'];

async function journal(invocation: Invocation): Promise<number> {
  const { flags, output, io } = invocation;
  const client = await invocation.client();
  const { account, region, cluster } = await invocation.scope();
  const [service, before] = [flags.text('service'), flags.text('before')];
  const wanted: Input<'journal.list'> = {
    account,
    region,
    limit: flags.number('limit') ?? PAGE,
    ...(cluster === undefined ? {} : { cluster }),
    ...(service === undefined ? {} : { subject: service }),
    ...(before === undefined ? {} : { before }),
  };
  const place =
    cluster === undefined || service === undefined ? undefined : { account, region, cluster, service };
  const { entries, next } =
    place === undefined
      ? await client.call('journal.list', wanted)
      : await pageOf(invocation, client, place, wanted);
  if (output.isJson) {
    output.json({ entries, ...(next === undefined ? {} : { next }) });
    return EXIT.success;
  }
  if (entries.length === 0) output.note('The journal has no such changes.');
  else {
    printTable(
      output,
      HEADINGS,
      entries.map((entry) => [
        agoText(entry.at, io.now()),
        entry.cluster === undefined ? entry.subject : `${entry.cluster}/${entry.subject}`,
        entry.title,
        resultOf(entry),
        entry.callerIdentity ?? '',
        entry.host ?? '',
        entry.why ?? entry.link ?? '',
      ]),
    );
  }
  if (next !== undefined) output.note(`Older changes: add --before ${next}`);
  return EXIT.success;
}

/** A page of a service: where the journal ends, it continues in the ledger, with one request for each page. */
async function pageOf(
  { output }: Invocation,
  client: Client,
  place: ServiceRef,
  wanted: Input<'journal.list'>,
): Promise<Pick<JournalPage, 'entries' | 'next'>> {
  const newest = wanted.before === undefined ? await client.call('ledger.sync', { place }) : undefined;
  if (newest?.problem !== undefined) output.note(newest.problem);
  const page = await client.call('journal.list', wanted);
  if (page.next !== undefined || (newest !== undefined && newest.older !== true)) return page;
  if (newest !== undefined && page.entries.length === wanted.limit) return { ...page, ...nextOf(page) };
  const read = await client.call('ledger.older', { place });
  if (read.problem !== undefined) output.note(read.problem);
  if (read.known !== undefined && read.known > 0) output.note(knownLine(read.known, read.older));
  const longer = await client.call('journal.list', wanted);
  return longer.next === undefined && read.older === true ? { ...longer, ...nextOf(longer) } : longer;
}

/** Why a page has nothing new. */
function knownLine(known: number, older: boolean | undefined): string {
  const end = older === true ? 'The ledger has older ones.' : 'The ledger has no older ones.';
  return `The next ${known} entries of the ledger are in this journal already. ${end}`;
}

function nextOf({ entries }: Pick<JournalPage, 'entries'>): { readonly next?: string } {
  const last = entries.at(-1);
  return last === undefined ? {} : { next: last.id };
}

const STATES: Readonly<Record<JournalEntry['state'], string>> = {
  open: 'In progress',
  unfinished: 'Unfinished',
  done: 'Succeeded',
  failed: 'Failed',
  discarded: 'Deregistered',
};

function resultOf({ state, outcome }: JournalEntry): Cell {
  return outcome === undefined ? STATES[state] : outcomeCell(outcome);
}
