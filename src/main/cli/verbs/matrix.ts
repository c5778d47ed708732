import {
  type CommitsBehind,
  type Matrix,
  type MatrixCell,
  nextVersionOf,
} from '../../../shared/model/timeline.ts';
import { EXIT } from '../command/exit-code.ts';
import { markdownTable } from '../command/markdown.ts';
import { type Cell, printTable } from '../command/table.ts';
import {
  addTimelineFlags,
  momentOption,
  momentText,
  readForTimeline,
  timelineFilter,
} from '../command/timeline.ts';
import type { Invocation, Verb } from '../command/verb.ts';

/** Prints what each service runs in each environment, now or at a past moment. */
export const verb: Verb = {
  configure(command) {
    addTimelineFlags(
      command
        .option('--at <time>', 'a past time, such as "Tuesday 14:00" (default: now)', momentOption)
        .option('--markdown', 'print a Markdown table'),
      [
        ['what runs in all clusters of the account', 'slipway matrix'],
        ['what ran last Tuesday', 'slipway matrix --at "Tuesday 14:00"'],
      ],
    );
  },
  run: matrix,
};

async function matrix(invocation: Invocation): Promise<number> {
  const { flags, output } = invocation;
  const client = await invocation.client();
  const at = flags.text('at');
  const wanted = { ...(await timelineFilter(invocation)), ...(at === undefined ? {} : { at }) };
  await readForTimeline(client, invocation, wanted);
  const found = await client.call('timeline.matrix', wanted);
  if (output.isJson) {
    output.json(found);
    return EXIT.success;
  }
  const headings = ['SERVICE', ...found.environments.map(({ cluster }) => cluster.toUpperCase())];
  const rows = found.rows.map(({ name, cells }) => [
    name,
    ...found.environments.map((_, index) => cellText(cells.find(({ environment }) => environment === index))),
  ]);
  if (at !== undefined) output.note(`At ${momentText(at)}`);
  if (rows.length === 0) output.note('No services were found.');
  else if (flags.isSet('markdown')) output.raw(`${markdownTable(headings, rows).join('\n')}\n`);
  else printTable(output, headings, rows);
  for (const note of notesOf(found)) output.note(note);
  return EXIT.success;
}

function cellText(cell: MatrixCell | undefined): Cell {
  if (cell === undefined) return '';
  const { state, running, deploying, commits } = cell;
  if (state === 'absent') return { text: 'not created', style: 'dim' };
  if (running === undefined) return { text: 'unknown', style: 'yellow' };
  const version =
    running.version === undefined ? running.revision : `${running.version} (${running.revision})`;
  const next = deploying === undefined ? '' : nextText(cell);
  const text = `${version}${state === 'runs' ? '' : '?'}${next}${behindText(commits)}`;
  return state === 'runs' ? text : { text, style: 'yellow' };
}

function nextText(cell: MatrixCell): string {
  const next = nextVersionOf(cell);
  return next === undefined ? ' (deploying)' : ` → ${next}`;
}

function behindText(commits: CommitsBehind | undefined): string {
  if (commits?.kind !== 'counted') return '';
  const { behind, ahead } = commits;
  return [behind > 0 ? ` -${behind}` : '', ahead > 0 ? ` +${ahead}` : ''].join('');
}

/** What is not certain, and why. */
function notesOf({ environments, rows }: Matrix): readonly string[] {
  return rows.flatMap(({ cells }) =>
    cells.flatMap(({ environment, service, state, note }) =>
      note === undefined || state === 'runs' || state === 'absent'
        ? []
        : [`${environments[environment]?.cluster ?? ''}/${service}: ${note}`],
    ),
  );
}
