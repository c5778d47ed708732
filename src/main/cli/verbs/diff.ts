import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import { markdownText } from '../../../shared/markdown-text.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { ComparedSide, Comparison } from '../../../shared/model/revision.ts';
import { EXIT } from '../command/exit-code.ts';
import { addExamples, addOutputFlags, addScopeFlags } from '../command/flags.ts';
import { imageLine, isOtherImage } from '../command/image-text.ts';
import { markdownTable } from '../command/markdown.ts';
import { differenceText } from '../command/plan-report.ts';
import type { Invocation, Verb } from '../command/verb.ts';

/** Prints the differences between two revisions or services. */
export const verb: Verb = {
  configure(command) {
    addScopeFlags(command)
      .argument('<before>', 'a revision (web:41) or a service (CLUSTER/SERVICE)')
      .argument('<after>', 'the same')
      .option('--exit-code', 'exit with 3 if there are differences')
      .option('--markdown', 'print Markdown');
    addOutputFlags(command);
    addExamples(command, [
      ['two revisions', 'slipway diff web:41 web:42'],
      ['what staging and production run', 'slipway diff staging/web production/web --markdown'],
    ]);
  },
  run: diff,
};

async function diff(invocation: Invocation): Promise<number> {
  const { args, flags, output } = invocation;
  const client = await invocation.client();
  const { account, region } = await invocation.scope();
  const scope = { account, region };
  const compared = await compare(client, scope, args);
  if (output.isJson) output.json(compared);
  else if (flags.isSet('markdown')) output.raw(markdownOf(compared));
  else for (const line of linesOf(compared)) output.line(line);
  return flags.isSet('exit-code') && differencesOf(compared).length > 0 ? EXIT.differences : EXIT.success;
}

async function compare(client: Client, scope: Scope, [before = '', after = '']: readonly string[]) {
  return client.call('revisions.compare', { before: sideOf(scope, before), after: sideOf(scope, after) });
}

function sideOf(scope: Scope, text: string): ComparedSide {
  if (/^(?:arn:\S+:task-definition\/)?[A-Za-z0-9_-]+:\d+$/.test(text)) {
    return { kind: 'revision', ...scope, revision: text };
  }
  const [cluster, service, ...rest] = text.split('/');
  if (cluster && service && rest.length === 0) return { kind: 'service', ...scope, cluster, service };
  throw new SlipwayError(
    'INVALID_INPUT',
    `${text} is neither a revision such as web:41 nor a service such as production/web.`,
  );
}

function differencesOf({ images, differences, service }: Comparison): readonly (readonly [string, string])[] {
  const changed = images.filter(isOtherImage);
  return [
    ...changed.map((each): readonly [string, string] => [
      `${each.container} image`,
      imageLine(each).slice(each.container.length + 2),
    ]),
    ...[...differences, ...(service?.differences ?? [])].map((each): readonly [string, string] => {
      const text = differenceText(each);
      const at = text.indexOf(': ');
      return [text.slice(0, at), text.slice(at + 2)];
    }),
  ];
}

function linesOf(compared: Comparison): readonly string[] {
  const { before, after } = compared.titles;
  const differences = differencesOf(compared);
  if (differences.length === 0) return [`${before} and ${after} are the same.`];
  return [`${before} → ${after}`, ...differences.map(([what, values]) => `  ${what}: ${values}`)];
}

function markdownOf(compared: Comparison): string {
  const { before, after } = compared.titles;
  const table = markdownTable(['Field', `${before} → ${after}`], differencesOf(compared));
  const body = table.length === 0 ? ['There are no differences.'] : table;
  return `${[`### ${markdownText(before)} → ${markdownText(after)}`, '', ...body].join('\n').trimEnd()}\n`;
}
