import {
  markdownCode,
  markdownCodeCell,
  markdownLink,
  markdownText,
} from '../../../../shared/markdown-text.ts';
import type { ScanFinding } from '../../../../shared/model/image-scan.ts';
import type {
  Comparison,
  Difference,
  ImageDifference,
  ImageFindings,
  ImageSide,
} from '../../../../shared/model/revision.ts';
import { shortDigest } from '../../lib/format.ts';
import { imageVersionLabel } from '../../lib/image-labels.ts';
import { bySeverity } from './findings-by-severity.ts';
import { findingsLabel } from './revisions-text.ts';

/**
 * A comparison as Markdown for a ticket: a table of the images, then lists of the findings of
 * scans, of the other differences, and of those of the service, each in the order of the diff.
 */
export function diffMarkdown(diff: Comparison): string {
  return [
    `### ${markdownText(titleOf(diff.titles.before, diff.before.name))} → ${markdownText(titleOf(diff.titles.after, diff.after.name))}`,
    imageTable(diff.images),
    findingsList(diff.findings),
    differenceList(diff.differences),
    `${diff.unchanged} other settings unchanged.`,
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
      return [
        `Scan of **${markdownText(each.container)}**: ${markdownText(findingsLabel(each))}`,
        ...lines,
      ].join('\n');
    })
    .join('\n\n');
}

function came(finding: ScanFinding): string {
  return `- new: ${findingText(finding)}`;
}

function went(finding: ScanFinding): string {
  return `- resolved: ${findingText(finding)}`;
}

function findingText({ name, severity, component }: ScanFinding): string {
  return markdownText(
    `${name} (${severity.toLowerCase()}${component === undefined ? '' : `, ${component}`})`,
  );
}

function serviceList(differences: readonly Difference[] | undefined): string {
  if (differences === undefined || differences.length === 0) return '';
  return `The service:\n\n${differenceList(differences)}`;
}

function imageTable(images: readonly ImageDifference[]): string {
  if (images.length === 0) return '';
  const rows = images.map((image) => {
    const change = imageVersionLabel(image.change) ?? image.change;
    const link = image.commitsUrl === undefined ? change : markdownLink(change, image.commitsUrl);
    return `| ${markdownText(image.container)} | ${sideText(image.before)} | ${sideText(image.after)} | ${link} |`;
  });
  return ['| Container | Before | After | Change |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function sideText(side: ImageSide | undefined): string {
  if (!side) return '';
  const digest = side.digest === undefined ? '' : ` (${shortDigest(side.digest)})`;
  return `${markdownCodeCell(side.image)}${digest}`;
}

function differenceList(differences: readonly Difference[]): string {
  return differences.map((difference) => `- ${differenceText(difference)}`).join('\n');
}

function differenceText({ container, subject, name, before, after }: Difference): string {
  const what = markdownText(subject);
  const where = container === undefined ? what : `**${markdownText(container)}**, ${what}`;
  const which = name === '' ? where : `${where} ${markdownCode(name)}`;
  const from = before === undefined ? 'added' : markdownCode(before);
  const to = after === undefined ? 'removed' : markdownCode(after);
  if (before === undefined) return `${which}: ${from} ${to}`;
  if (after === undefined) return `${which}: ${to} ${from}`;
  return `${which}: ${from} → ${to}`;
}
