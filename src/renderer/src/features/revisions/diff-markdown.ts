import type {
  Comparison,
  Difference,
  ImageDifference,
  ImageFindings,
  ImageSide,
  ScanFinding,
} from '../../../../shared/model/revision.ts';
import { shortDigest } from '../../lib/format.ts';
import { softwareWords } from '../images/image-words.ts';
import { bySeverity, findingsWords } from './findings-words.ts';

/**
 * A comparison as Markdown for a ticket: a table of the images, then lists of the findings of
 * scans, of the other differences, and of those of the service, each in the order of the diff.
 */
export function diffMarkdown(diff: Comparison): string {
  return [
    `### ${titleOf(diff.titles.before, diff.before.name)} → ${titleOf(diff.titles.after, diff.after.name)}`,
    imageTable(diff.images),
    findingsList(diff.findings),
    differenceList(diff.differences),
    `${diff.unchanged} other members unchanged.`,
    serviceList(diff.service?.differences),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** What a service runs has the name of the service; the revision belongs beside it. */
function titleOf(title: string, revision: string): string {
  return title.includes(revision) ? title : `${title} (${revision})`;
}

function findingsList(findings: readonly ImageFindings[]): string {
  return findings
    .map((each) => {
      const lines = [...bySeverity(each.came).map(came), ...bySeverity(each.went).map(went)];
      return [`Scan of **${each.container}**: ${findingsWords(each)}`, ...lines].join('\n');
    })
    .join('\n\n');
}

function came(finding: ScanFinding): string {
  return `- came: ${findingText(finding)}`;
}

function went(finding: ScanFinding): string {
  return `- went: ${findingText(finding)}`;
}

function findingText({ name, severity, component }: ScanFinding): string {
  return `${name} (${severity.toLowerCase()}${component === undefined ? '' : `, ${component}`})`;
}

function serviceList(differences: readonly Difference[] | undefined): string {
  if (differences === undefined || differences.length === 0) return '';
  return `The service:\n\n${differenceList(differences)}`;
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
