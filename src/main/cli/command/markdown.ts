import type { Cell } from './table.ts';

/** The lines of a Markdown table; none where there are no rows. */
export function markdownTable(
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
): readonly string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly Cell[]): string =>
    `| ${cells.map((cell) => escaped(typeof cell === 'string' ? cell : cell.text)).join(' | ')} |`;
  return [line(headings), `|${' --- |'.repeat(headings.length)}`, ...rows.map(line), ''];
}

/** Text of others as Markdown that shows it as it is, on one line. */
export function escaped(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|#&~]/g, '\\$&').replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
}
