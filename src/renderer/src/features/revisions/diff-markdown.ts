import type {
  Difference,
  ImageDifference,
  ImageSide,
  RevisionDiff,
} from '../../../../shared/model/revision.ts';
import { shortDigest } from '../../lib/format.ts';
import { softwareWords } from '../images/image-words.ts';

/**
 * A revision diff as Markdown for a ticket: a table of the images, then a list of the other differences, each
 * in the order of the diff.
 */
export function diffMarkdown(diff: RevisionDiff): string {
  return [
    `### ${diff.before.name} → ${diff.after.name}`,
    imageTable(diff.images),
    differenceList(diff.differences),
    `${diff.unchanged} other members unchanged.`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function imageTable(images: readonly ImageDifference[]): string {
  if (images.length === 0) return '';
  const rows = images.map((image) => {
    const change = softwareWords(image.change) ?? image.change;
    const link = image.commitsUrl === undefined ? change : `[${change}](${image.commitsUrl})`;
    return `| ${image.container} | ${sideText(image.before)} | ${sideText(image.after)} | ${link} |`;
  });
  return ['| Container | Before | After | Software |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function sideText(side: ImageSide | undefined): string {
  if (!side) return '';
  const digest = side.digest === undefined ? '' : ` (${shortDigest(side.digest)})`;
  return `${code(side.image)}${digest}`;
}

function differenceList(differences: readonly Difference[]): string {
  return differences.map((difference) => `- ${differenceText(difference)}`).join('\n');
}

function differenceText({ container, subject, name, before, after }: Difference): string {
  const where = container === undefined ? subject : `**${container}**, ${subject}`;
  const what = name === '' ? where : `${where} ${code(name)}`;
  const from = before === undefined ? 'added' : code(before);
  const to = after === undefined ? 'removed' : code(after);
  if (before === undefined) return `${what}: ${from} ${to}`;
  if (after === undefined) return `${what}: ${to} ${from}`;
  return `${what}: ${from} → ${to}`;
}

/** A value as Markdown code: fenced by more backticks than it holds, on one line, safe inside a table. */
function code(value: string): string {
  if (value === '') return '(empty)';
  const longest = Math.max(0, ...[...value.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  const space = longest > 0 ? ' ' : '';
  const line = value.replaceAll(/\s*\n\s*/g, ' ').replaceAll('|', '\\|');
  return `${fence}${space}${line}${space}${fence}`;
}
