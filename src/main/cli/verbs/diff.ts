import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import { markdownText } from '../../../shared/markdown-text.ts';
import { type Account, Region, type Scope } from '../../../shared/model/account.ts';
import { ClusterName, type ClusterRef } from '../../../shared/model/cluster.ts';
import type { ComparedSide, Comparison } from '../../../shared/model/revision.ts';
import { diffClusters } from '../command/cluster-report.ts';
import { EXIT } from '../command/exit-code.ts';
import { findElsewhere } from '../command/find-service.ts';
import { addExamples, addOutputFlags, addScopeFlags } from '../command/flags.ts';
import { imageLine, isOtherImage } from '../command/image-text.ts';
import { markdownTable } from '../command/markdown.ts';
import { differenceText } from '../command/plan-report.ts';
import type { Invocation, Verb } from '../command/verb.ts';

/** Prints the differences between two revisions, two services, or the services of two clusters. */
export const verb: Verb = {
  configure(command) {
    addScopeFlags(command)
      .argument(
        '<before>',
        'a revision (web:41), a service (CLUSTER/SERVICE) or a CLUSTER; see below for another account',
      )
      .argument('<after>', 'the same')
      .option('--exit-code', 'exit with 3 if there are differences')
      .option('--markdown', 'print Markdown')
      .option('-v, --verbose', 'of two clusters: also print the settings that differ');
    addOutputFlags(command);
    addExamples(command, [
      ['two revisions', 'slipway diff web:41 web:42'],
      ['what staging and production run', 'slipway diff staging/web production/web --markdown'],
      ['all services of two clusters', 'slipway diff staging production'],
      [
        'in another account (@PROFILE or @PROFILE/REGION)',
        'slipway diff staging production@acme-prod/eu-central-1',
      ],
    ]);
  },
  run: diff,
};

async function diff(invocation: Invocation): Promise<number> {
  const { args, flags, output } = invocation;
  const client = await invocation.client();
  const [one = '', other = ''] = args;
  const before = await sideOf(invocation, client, one);
  const after = await sideOf(invocation, client, other);
  if (before.kind === 'cluster' && after.kind === 'cluster') {
    return diffClusters(invocation, client, { before: before.cluster, after: after.cluster });
  }
  if (before.kind === 'cluster' || after.kind === 'cluster') {
    const text = before.kind === 'cluster' ? one : other;
    throw new SlipwayError(
      'INVALID_INPUT',
      `${text} is neither a revision such as web:41 nor a service such as production/web. A cluster is compared with a ` +
        'cluster.',
    );
  }
  const compared = await compare(client, before.side, after.side);
  if (output.isJson) output.json(compared);
  else if (flags.isSet('markdown')) output.raw(markdownOf(compared));
  else for (const line of linesOf(compared)) output.line(line);
  return flags.isSet('exit-code') && differencesOf(compared).length > 0 ? EXIT.differences : EXIT.success;
}

async function compare(client: Client, before: ComparedSide, after: ComparedSide): Promise<Comparison> {
  try {
    return await client.call('revisions.compare', { before, after });
  } catch (error) {
    for (const side of [before, after]) {
      if (side.kind !== 'service') continue;
      const { kind: _, ...ref } = side;
      // Throws where this side is what does not exist.
      await client.call('services.get', ref).catch((failure: unknown) => findElsewhere(client, ref, failure));
    }
    throw error;
  }
}

type Side =
  | { readonly kind: 'side'; readonly side: ComparedSide }
  | { readonly kind: 'cluster'; readonly cluster: ClusterRef };

/** A side as it is written, with `@PROFILE/REGION` where it is not in the account and region of the command. */
async function sideOf(invocation: Invocation, client: Client, text: string): Promise<Side> {
  const at = text.indexOf('@');
  const name = at === -1 ? text : text.slice(0, at);
  const scope =
    at === -1 ? await ownScope(invocation) : await scopeNamed(invocation, client, text.slice(at + 1));
  if (/^(?:arn:\S+:task-definition\/)?[A-Za-z0-9_-]+:\d+$/.test(name)) {
    return { kind: 'side', side: { kind: 'revision', ...scope, revision: name } };
  }
  const [cluster = '', service, ...rest] = name.split('/');
  const isCluster = ClusterName.safeParse(cluster).success;
  if (isCluster && service === undefined) return { kind: 'cluster', cluster: { ...scope, cluster } };
  if (isCluster && service && rest.length === 0) {
    return { kind: 'side', side: { kind: 'service', ...scope, cluster, service } };
  }
  throw new SlipwayError(
    'INVALID_INPUT',
    `${text} is neither a revision such as web:41, a service such as production/web, nor a cluster.`,
  );
}

async function ownScope(invocation: Invocation): Promise<Scope> {
  const { account, region } = await invocation.scope();
  return { account, region };
}

/** The account of a profile, in the region that is named, or else in its own. The names of profiles may hold slashes. */
async function scopeNamed(invocation: Invocation, client: Client, text: string): Promise<Scope> {
  const { accounts } = await client.call('accounts.list', {});
  const find = (name: string): Account | undefined =>
    accounts.find(({ id }) => id === name || id === `profile:${name}`);
  const whole = find(text);
  const slash = text.lastIndexOf('/');
  const named = slash === -1 ? undefined : Region.safeParse(text.slice(slash + 1)).data;
  const account = whole ?? (named === undefined ? undefined : find(text.slice(0, slash)));
  if (account === undefined) {
    throw new SlipwayError(
      'AUTH_REQUIRED',
      `There is no profile for @${text}. Write @PROFILE or @PROFILE/REGION with a profile of the shared AWS files.`,
    );
  }
  const region =
    (whole === undefined ? named : undefined) ?? account.region ?? (await invocation.scope()).region;
  return { account: account.id, region };
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
