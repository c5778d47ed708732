import type { Client } from '../../../shared/client.ts';
import { markdownText } from '../../../shared/markdown-text.ts';
import {
  type ClusterNames,
  type ComparedClusters,
  type ComparedService,
  clusterNames,
  comparedStateText,
} from '../../../shared/model/cluster-comparison.ts';
import { EXIT } from './exit-code.ts';
import { markdownTable } from './markdown.ts';
import { differenceText } from './plan-report.ts';
import { type Cell, printTable } from './table.ts';
import type { Invocation } from './verb.ts';

/** Compares the services of two clusters and prints them. Returns the exit code: a service that can't be read is a failure. */
export async function diffClusters(
  { flags, output }: Invocation,
  client: Client,
  clusters: ComparedClusters,
): Promise<number> {
  const { rows } = await client.call('clusters.compare', clusters);
  const names = clusterNames(clusters);
  const headings = ['SERVICE', names.before, names.after, 'STATE'];
  if (output.isJson) output.json({ ...clusters, rows });
  else if (flags.isSet('markdown')) {
    const table = markdownTable(
      headings,
      rows.map((row) => cellsOf(row, names)),
    );
    output.raw(`### ${markdownText(names.before)} → ${markdownText(names.after)}\n\n${table.join('\n')}\n`);
  } else if (rows.length === 0) output.line(`${names.before} and ${names.after} have no services.`);
  else {
    printTable(
      output,
      headings,
      rows.map((row) => cellsOf(row, names)),
    );
    if (flags.isSet('verbose')) printDifferences(rows, output.line);
  }
  const unread = rows.filter(({ state }) => state === 'unread');
  for (const { id, problem } of unread) output.problem(`${id} could not be compared: ${problem}`);
  if (unread.length > 0) return EXIT.failed;
  const isSame = rows.every(({ state }) => state === 'same');
  return flags.isSet('exit-code') && !isSame ? EXIT.differences : EXIT.success;
}

function cellsOf(row: ComparedService, names: ClusterNames): readonly Cell[] {
  const { before, after, versions = {}, isDeploying } = row;
  const state = comparedStateText(row, names);
  return [
    before === undefined || after === undefined || before === after ? row.id : `${before}, ${after}`,
    versions.before ?? '',
    versions.after ?? '',
    isDeploying ? `${state} (deploying)` : state,
  ];
}

function printDifferences(rows: readonly ComparedService[], line: (text: string) => void): void {
  for (const { id, differences } of rows) {
    for (const difference of differences) line(`${id}: ${differenceText(difference)}`);
  }
}
