import { markdownText } from '../../../shared/markdown-text.ts';
import type { FleetBoard, FleetPlan, FleetRowState, PlannedMember } from '../../../shared/model/fleet.ts';
import { overrideOf } from '../../../shared/model/plan.ts';
import { EXIT } from '../command/exit-code.ts';
import type { StepReport } from '../command/github-actions.ts';
import { markdownTable } from '../command/markdown.ts';
import type { Line, Output, Style } from '../command/output.ts';
import { type Cell, printTable } from '../command/table.ts';
import type { Ended } from './bulk-end.ts';
import { placeOf } from './plan-bulk.ts';

const STATES: Readonly<Record<FleetRowState, readonly [string, Style]>> = {
  planned: ['Planned', 'dim'],
  waiting: ['Waiting', 'dim'],
  deploying: ['Deploying', 'cyan'],
  succeeded: ['Succeeded', 'green'],
  failed: ['Failed', 'red'],
  stale: ['Skipped', 'yellow'],
  'rolling-back': ['Rolling back', 'yellow'],
  'rolled-back': ['Rolled back', 'red'],
  'held-back': ['Held back', 'yellow'],
};

/** A plan for a person: the waves, and for each service the checks that failed. */
export function bulkPlanLines({ title, waves }: FleetPlan): readonly Line[] {
  return [
    [{ text: title, style: 'bold' }],
    ...waves.flatMap((wave, at) => [
      `  wave ${at + 1}: ${wave.map(placeOf).join(', ')}`,
      ...wave.flatMap(problemLines),
    ]),
  ];
}

function problemLines(member: PlannedMember): readonly Line[] {
  const place = placeOf(member);
  const { plan, problem } = member;
  if (plan === undefined) return [['    ', { text: 'failed: ', style: 'red' }, `${place}: ${problem ?? ''}`]];
  return plan.checks
    .filter(({ result }) => result === 'fail')
    .map((check) => {
      const override = check.overridable === true ? `  (--override ${overrideOf(check)})` : '';
      return ['    ', { text: 'failed: ', style: 'red' }, `${place}: ${check.message}${override}`];
    });
}

/** Prints each service with its wave, state and result. The service is first: it heads the block on a narrow terminal. */
export function printBoard(output: Output, { waves }: FleetBoard): void {
  const rows = waves.flatMap((wave, at) =>
    wave.map((row): readonly Cell[] => [placeOf(row), `${at + 1}`, stateCell(row.state), row.sentence]),
  );
  printTable(output, ['SERVICE', 'WAVE', 'STATE', 'DETAILS'], rows);
}

function stateCell(state: FleetRowState): Cell {
  const [text, style] = STATES[state];
  return { text, style };
}

/** Prints what has changed since the last board, a line for each service. */
export function boardPrinter(output: Output): (board: FleetBoard) => void {
  const printed = new Map<string, string>();
  return ({ waves }) => {
    for (const row of waves.flat()) {
      if (row.state === 'waiting' || row.state === 'planned') continue;
      const text = `${STATES[row.state][0]}. ${row.sentence}`;
      if (printed.get(placeOf(row)) !== text) output.note(`${placeOf(row)}: ${text}`);
      printed.set(placeOf(row), text);
    }
  };
}

/** How many services that failed are in the output `cause`. The summary and the annotations have all. */
const MOST_CAUSES = 3;

function causeOf(row: { readonly place: string; readonly sentence: string }): string {
  return `${row.place}: ${row.sentence}`;
}

/** A bulk release as a step of a workflow shows it: the outcome, a table of its services, and each that failed. */
export function bulkStep({ id, title, waves }: FleetBoard, { code, result, sentence }: Ended): StepReport {
  const rows = waves.flatMap((wave, at) =>
    wave.map((row) => ({ ...row, wave: at + 1, place: placeOf(row) })),
  );
  const count = (...states: readonly FleetRowState[]): string =>
    String(rows.filter(({ state }) => states.includes(state)).length);
  const failed = rows.filter(({ state }) => state === 'failed');
  return {
    outputs: {
      outcome: result,
      cause: code === EXIT.success ? '' : [sentence, ...failed.slice(0, MOST_CAUSES).map(causeOf)].join(' '),
      'release-id': id,
      succeeded: count('succeeded'),
      failed: count('failed', 'stale'),
      'rolled-back': count('rolled-back', 'rolling-back'),
      'held-back': count('held-back', 'waiting', 'planned'),
    },
    summary: [
      `### ${code === EXIT.success ? '✅' : '❌'} ${markdownText(title)}`,
      '',
      markdownText(sentence),
      '',
      ...markdownTable(
        ['Wave', 'Service', 'State', 'Details'],
        rows.map((row) => [`${row.wave}`, row.place, STATES[row.state][0], row.sentence]),
      ),
      '',
    ].join('\n'),
    problems:
      code === EXIT.success
        ? []
        : [...failed.map((row) => ({ title: row.place, sentence: row.sentence })), { title, sentence }],
  };
}
