import { visibleText } from './visible-text.ts';

/** What means something in the middle of a line of CommonMark or of GitHub's Markdown: HTML, mathematics, and addresses that become links by themselves. */
const MARKUP = /[\\`*_[\]<>|~$#@]|&(?=[#\w])|:(?=\/\/)|(?<=www)\./gi;
/** What makes a list of a line, a quote, or the underline of a heading, where a line begins with it. */
const BEGINNING = /^(?:[-+=]|\d+(?=[.)](?: |$)))/;
/** What ends an address in a link, or means something beside it. */
const NOT_IN_ADDRESS = /[\s()<>[\]\\`|*_"'!]/g;

/**
 * Any text as Markdown that reads like it: on one line, without markup, links, images or HTML, and with every unseen
 * character written out. It may stand in a heading, an item of a list or a cell of a table.
 * https://spec.commonmark.org/0.31.2/#backslash-escapes
 */
export function markdownText(text: string): string {
  return oneLine(text)
    .replaceAll(MARKUP, String.raw`\$&`)
    .replace(BEGINNING, (found) => (/\d/.test(found) ? `${found}\\` : `\\${found}`));
}

/** A value as code, in a fence of more backticks than it holds: everything in it is taken as it stands. */
export function markdownCode(value: string): string {
  if (value === '') return '(empty)';
  const line = oneLine(value);
  const fence = '`'.repeat(longestRun(line) + 1);
  const space = line.includes('`') ? ' ' : '';
  return `${fence}${space}${line}${space}${fence}`;
}

/**
 * The same in a cell of a table. A table ends the cell at a bar before it knows of code, and takes a backslash before it
 * for its own, so that what has a bar is text there.
 */
export function markdownCodeCell(value: string): string {
  return value.includes('|') ? markdownText(value) : markdownCode(value);
}

/** A link to an https address; the label alone where the address is something else. */
export function markdownLink(label: string, address: string): string {
  const url = URL.parse(address);
  if (url?.protocol !== 'https:') return markdownText(label);
  const safe = url.href.replaceAll(NOT_IN_ADDRESS, percentEncoded);
  return `[${markdownText(label)}](${safe})`;
}

/** Lines as a block of code, in a fence that is longer than any run of backticks in them. */
export function markdownBlock(lines: readonly string[]): string {
  const shown = lines.map(visibleText);
  const fence = '`'.repeat(Math.max(3, ...shown.map((line) => longestRun(line) + 1)));
  return [fence, ...shown, fence].join('\n');
}

function oneLine(text: string): string {
  return visibleText(text.replaceAll(/[ \t\r\n]+/g, ' ').trim());
}

function longestRun(text: string): number {
  return text.split(/[^`]+/).reduce((longest, run) => Math.max(longest, run.length), 0);
}

/** All of them are ASCII: an address has the others percent-encoded. */
function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
