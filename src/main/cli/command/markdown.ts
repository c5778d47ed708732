import { markdownText } from '../../../shared/markdown-text.ts';
import type { Cell } from './table.ts';

/** The lines of a Markdown table; none where there are no rows. */
export function markdownTable(
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
): readonly string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly Cell[]): string =>
    `| ${cells.map((cell) => markdownText(typeof cell === 'string' ? cell : cell.text)).join(' | ')} |`;
  return [line(headings), `|${' --- |'.repeat(headings.length)}`, ...rows.map(line), ''];
}
