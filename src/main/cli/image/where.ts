import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Scope } from '../../../shared/model/account.ts';
import { parseImageReference } from '../../../shared/model/image-reference.ts';
import {
  type ImageUse,
  MOST_RESULTS,
  type SearchPlace,
  type UnreadUses,
} from '../../../shared/model/search.ts';
import { EXIT } from '../command/exit-code.ts';
import { shortDigest } from '../command/image-text.ts';
import { listRepositories } from '../command/push-repositories.ts';
import { printTable } from '../command/table.ts';
import type { Invocation } from '../command/verb.ts';
import { referenceOf } from './in-repository.ts';

/** What uses an image without being a service that runs it. */
type OtherUse = Exclude<ImageUse, { readonly kind: 'service' }>;

/** Prints what uses an image: services, deployments in progress, managed daemons, what starts tasks by itself, and revisions that nothing runs. */
export async function whereAction(invocation: Invocation, subject: string): Promise<number> {
  const { output, flags } = invocation;
  if (flags.isSet('all-accounts')) return whereInAllAccounts(invocation, subject);
  const { repository, registry, tag } = referenceOf(subject);
  const client = await invocation.client();
  const { account, region } = await invocation.scope();
  const cluster = flags.text('cluster');
  const named = registry === undefined ? repository : `${registry}/${repository}`;
  const candidates = await client.call('fleet.candidates', { account, region, repository: named });
  const services = candidates
    .filter((each) => cluster === undefined || each.cluster === cluster)
    .flatMap(({ containers, ...each }) => {
      const using = containers.filter((container) => tag === undefined || container.tag === tag);
      return using.length === 0 ? [] : [{ kind: 'service' as const, ...each, containers: using }];
    });
  const others = (await otherUsesIn(invocation, client, { account, region }, named)).filter(
    ({ image }) => tag === undefined || parseImageReference(image)?.tag === tag,
  );
  if (output.isJson) {
    output.json([...services, ...others]);
    return EXIT.success;
  }
  if (services.length + others.length === 0) output.note(`Nothing uses ${subject}.`);
  else {
    printTable(
      output,
      ['USED BY', 'CLUSTER', 'NAME', 'CONTAINER', 'IMAGE'],
      [
        ...services.flatMap((each) =>
          each.containers.map(({ name, image }) => ['service', each.cluster, each.service, name, image]),
        ),
        ...others.map((use) => [...useCells(use), use.container, use.image]),
      ],
    );
  }
  return EXIT.success;
}

/** Of an account and region, as far as it can be read; what can't is named. */
async function otherUsesIn(
  invocation: Invocation,
  client: Client,
  scope: Scope,
  named: string,
): Promise<readonly OtherUse[]> {
  const places = await client.call('search.refresh', { in: scope, revisions: true });
  nameUnreadPlaces(invocation, places);
  const repositories = await listRepositories({ client, place: scope });
  const uri = repositories?.find(({ name }) => name === named)?.uri ?? named;
  const { uses, notRead } = await client.call('images.where', { uri });
  const isHere = ({ account, region }: Scope): boolean =>
    account === scope.account && region === scope.region;
  nameUnread(invocation, notRead.filter(isHere));
  return otherUses(invocation, uses.filter(isHere));
}

/** With -c, only what is in the cluster. */
function otherUses({ flags }: Invocation, uses: readonly ImageUse[]): readonly OtherUse[] {
  const cluster = flags.text('cluster');
  return uses.flatMap((use) => {
    if (use.kind === 'service') return [];
    const isIn = cluster === undefined || ('cluster' in use && use.cluster === cluster);
    return isIn ? [use] : [];
  });
}

/**
 * Names are read first where they are older than some minutes. Accounts that were not read are named; where none was, there
 * is no answer.
 */
async function whereInAllAccounts(invocation: Invocation, subject: string): Promise<number> {
  const { output, flags } = invocation;
  const client = await invocation.client();
  await refreshAll(invocation, client, subject);
  const { results, totals } = await client.call('search.find', {
    text: subject,
    kinds: ['running'],
    limit: MOST_RESULTS,
  });
  const cluster = flags.text('cluster');
  const services = results.flatMap((each) =>
    each.kind === 'running' && (cluster === undefined || each.cluster === cluster) ? [each] : [],
  );
  const others = await otherUsesEverywhere(invocation, client, subject);
  if (output.isJson) {
    output.json([...services, ...others]);
    return EXIT.success;
  }
  if (services.length + others.length === 0) {
    output.note(`Nothing in the accounts that were read uses ${subject}.`);
    return EXIT.success;
  }
  printTable(
    output,
    ['ACCOUNT', 'REGION', 'USED BY', 'CLUSTER', 'NAME', 'CONTAINER', 'IMAGE', 'DIGEST', 'COMMIT'],
    [
      ...services.map(({ digest = '', commit = '', ...each }) => [
        each.account,
        each.region,
        'service',
        each.cluster,
        each.service,
        each.container,
        each.image,
        shortDigest(digest),
        commit.slice(0, 12),
      ]),
      ...others.map((use) => [
        use.account,
        use.region,
        ...useCells(use),
        use.container,
        use.image,
        shortDigest(use.digest ?? ''),
        '',
      ]),
    ],
  );
  const total = totals[0]?.total ?? 0;
  if (total > results.length) output.note(`The first ${results.length} of ${total} services are shown.`);
  return EXIT.success;
}

/** Reads what is not fresh, and names what could not be read. Throws where nothing could. */
async function refreshAll(invocation: Invocation, client: Client, subject: string): Promise<void> {
  const places = await client.call('search.refresh', { revisions: true });
  const { accounts } = await client.call('accounts.list', {});
  const withoutRegion = accounts.filter(({ id }) => !places.some(({ account }) => account === id));
  const notRead = [
    ...unreadPlaces(places),
    ...withoutRegion.map(
      ({ id, problem }) =>
        `${id}: ${problem ?? 'The profile names no region. Add one to the shared AWS files.'}`,
    ),
  ];
  if (!places.some(({ state, readAt }) => state === 'read' || readAt !== undefined)) {
    const needsSignIn = places.length > 0 && places.every(({ state }) => state === 'sign-in');
    const reasons =
      notRead.length === 0 ? ['There is none: add a profile to the shared AWS files.'] : notRead;
    throw new SlipwayError(
      needsSignIn ? 'AUTH_REQUIRED' : 'UNAVAILABLE',
      [`No account could be read, so it is unknown where ${subject} runs.`, ...reasons].join('\n'),
    );
  }
  for (const sentence of notRead) invocation.output.problem(sentence);
}

/** The images that a digest, a commit or `repository:tag` means are found first: a schedule names no commit. */
async function otherUsesEverywhere(
  invocation: Invocation,
  client: Client,
  subject: string,
): Promise<readonly OtherUse[]> {
  const { results } = await client.call('search.find', {
    text: subject,
    kinds: ['image'],
    limit: MOST_RESULTS,
  });
  const images = results.flatMap((each) => (each.kind === 'image' && each.uri !== undefined ? [each] : []));
  const found = new Map<string, OtherUse>();
  const unread = new Map<string, UnreadUses>();
  for (const [uri = '', ofRepository] of Map.groupBy(images, (image) => image.uri)) {
    const digests = new Set(ofRepository.map(({ digest }) => digest));
    const tags = new Set(ofRepository.flatMap((image) => image.tags));
    const { uses, notRead } = await client.call('images.where', { uri, digests: [...digests] });
    for (const each of notRead) unread.set(JSON.stringify(each), each);
    for (const use of otherUses(invocation, uses)) {
      const isMeant =
        use.digest === undefined
          ? tags.has(parseImageReference(use.image)?.tag ?? 'latest')
          : digests.has(use.digest);
      if (isMeant) found.set(JSON.stringify(use), use);
    }
  }
  nameUnread(invocation, [...unread.values()]);
  return [...found.values()];
}

/** What uses the image, its cluster and its name. */
function useCells(use: OtherUse): readonly [string, string, string] {
  switch (use.kind) {
    case 'deployment':
      return ['deployment in progress', use.cluster, use.service];
    case 'daemon':
      return ['daemon', use.cluster, use.daemon];
    case 'schedule': {
      const [, kind = '', name = use.source] =
        /^(?:.* of )?the (rule|schedule|state machine) (.+)$/.exec(use.source) ?? [];
      return [use.isDisabled ? `${kind}, disabled` : kind, '', name];
    }
    case 'revision':
      return ['revision that nothing runs', '', use.revision];
  }
}

function nameUnreadPlaces({ output }: Invocation, places: readonly SearchPlace[]): void {
  for (const sentence of unreadPlaces(places)) output.problem(sentence);
}

function unreadPlaces(places: readonly SearchPlace[]): readonly string[] {
  return places.flatMap(({ account, region, problem }) =>
    problem === undefined ? [] : `${account} ${region}: ${problem}`,
  );
}

function nameUnread({ output }: Invocation, notRead: readonly UnreadUses[]): void {
  for (const { account, region, what, problem } of notRead) {
    output.problem(`${account} ${region}: Couldn't read ${what}. ${problem}`);
  }
}
