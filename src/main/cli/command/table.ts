import type { Output, Segment } from './output.ts';
import { printWrapped } from './wrap-line.ts';

/** A cell: text, or text with a style. */
export type Cell = Segment;

/**
 * Prints rows in aligned columns under their headings. Where they do not fit the width of the terminal, each row is a
 * block with a line for each cell. Empty columns are left out.
 */
export function printTable(
  output: Output,
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
): void {
  const used = headings.flatMap((_, column) =>
    rows.some((row) => textOf(row[column]) !== '') ? [column] : [],
  );
  const cellAt = (row: readonly Cell[], column: number): Cell => row[column] ?? '';
  const widths = used.map((column) =>
    Math.max(...[headings, ...rows].map((row) => width(textOf(cellAt(row, column))))),
  );
  const total = widths.reduce((sum, each) => sum + each, 0) + GAP.length * (used.length - 1);
  if (output.columns !== undefined && total > output.columns) {
    printBlocks(output, headings, used, rows);
    return;
  }
  const line = (cells: readonly Cell[], style?: 'dim'): readonly Segment[] =>
    used.flatMap((column, at) => {
      const cell = cellAt(cells, column);
      const isLast = at === used.length - 1;
      const padding = isLast ? '' : ' '.repeat((widths[at] ?? 0) - width(textOf(cell))) + GAP;
      return [style === undefined ? cell : { text: textOf(cell), style }, padding];
    });
  output.line(line(headings, 'dim'));
  for (const row of rows) output.line(line(row));
}

function printBlocks(
  output: Output,
  headings: readonly string[],
  used: readonly number[],
  rows: readonly (readonly Cell[])[],
): void {
  for (const row of rows) {
    for (const [at, column] of used.entries()) {
      const cell = row[column] ?? '';
      if (textOf(cell) === '') continue;
      if (at === 0) printWrapped(output, [cell]);
      else printWrapped(output, [{ text: `  ${headings[column] ?? ''} `, style: 'dim' }, cell]);
    }
  }
}

const GAP = '  ';

function textOf(cell: Cell | undefined): string {
  return typeof cell === 'string' || cell === undefined ? (cell ?? '') : cell.text;
}

/** In characters: what Slipway prints in tables are names, versions and numbers. */
function width(text: string): number {
  return Array.from(text).length;
}
