import type { useRouter } from '@tanstack/react-router';
import { assertNever } from '../../../../shared/assert-never.ts';
import { parseImageReference } from '../../../../shared/model/image-reference.ts';
import type { SearchAnswer, SearchResult } from '../../../../shared/model/search.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import type { AccountName } from '../../lib/account-name.ts';
import { formatAgo, shortDigest } from '../../lib/format.ts';
import type { PaletteAction } from './palette-actions.ts';
import { PALETTE_TEXT } from './palette-text.ts';

type Router = ReturnType<typeof useRouter>;

/** Names that are older than this say their age. */
const OLD_MS = 5 * 60_000;

/** A service that is remembered, with its place. */
export function serviceAction(
  { account, region, cluster, service }: ServiceRef,
  group: string,
  { router, accountName }: { readonly router: Router; readonly accountName: AccountName },
): PaletteAction {
  const params = { account, region, cluster, service };
  return {
    id: `${group} ${JSON.stringify(params)}`,
    group,
    label: service,
    description: [cluster, region, accountName(account)].join(', '),
    run: () => void router.navigate({ to: '/a/$account/$region/c/$cluster/s/$service', params }),
    service: params,
  };
}

/** What a search has found, each with its place, in groups that say how many there are in all. */
export function resultActions(
  { results, totals }: SearchAnswer,
  around: { readonly router: Router; readonly accountName: AccountName; readonly now: number },
): readonly PaletteAction[] {
  const groups = new Map(
    totals.map(({ kind, total }) => [
      kind,
      PALETTE_TEXT.groupOf(
        PALETTE_TEXT.kinds[kind],
        results.filter((each) => each.kind === kind).length,
        total,
      ),
    ]),
  );
  return results.map((result) => {
    const { label, places, run } = resultView(result, around.router);
    const age =
      around.now - Date.parse(result.readAt) > OLD_MS
        ? [PALETTE_TEXT.readAgo(formatAgo(result.readAt, around.now))]
        : [];
    const { account, region } = result;
    return {
      id: keyOf(result),
      group: groups.get(result.kind) ?? PALETTE_TEXT.kinds[result.kind],
      label,
      description: [...places, region, around.accountName(account), ...age].join(', '),
      run,
      ...(result.kind === 'service' ? { service: result } : {}),
    };
  });
}

interface ResultView {
  readonly label: string;
  /** Where it is, below the region. */
  readonly places: readonly string[];
  readonly run: () => void;
}

function resultView(result: SearchResult, router: Router): ResultView {
  const { account, region } = result;
  const scope = { account, region };
  switch (result.kind) {
    case 'service': {
      const { cluster, service } = result;
      const params = { ...scope, cluster, service };
      const run = () => void router.navigate({ to: '/a/$account/$region/c/$cluster/s/$service', params });
      return { label: service, places: [cluster], run };
    }
    case 'cluster':
      return { label: result.cluster, places: [], run: () => openCluster(router, result) };
    // A daemon is on the page of its cluster.
    case 'daemon':
      return { label: result.daemon, places: [result.cluster], run: () => openCluster(router, result) };
    case 'family': {
      const params = { ...scope, family: result.family };
      const run = () => void router.navigate({ to: '/a/$account/$region/families/$family', params });
      return { label: result.family, places: [], run };
    }
    case 'repository':
      return {
        label: result.repository,
        places: [],
        run: () =>
          void router.navigate({
            to: '/a/$account/$region/images',
            params: scope,
            search: { repository: result.repository },
          }),
      };
    case 'image':
      return imageView(result, router);
    case 'running': {
      const { cluster, service, image, digest, commit } = result;
      const params = { ...scope, cluster, service };
      const run = () => void router.navigate({ to: '/a/$account/$region/c/$cluster/s/$service', params });
      const { repository = image, tag } = parseImageReference(image) ?? {};
      const version = tag === undefined ? repository : `${repository}:${tag}`;
      return { label: service, places: [version, ...identitiesOf(digest, commit), cluster], run };
    }
    case 'task': {
      const { cluster, service, task, revision } = result;
      const run = () =>
        void (service === undefined
          ? router.navigate({
              to: '/a/$account/$region/c/$cluster/t/$task',
              params: { ...scope, cluster, task },
            })
          : router.navigate({
              to: '/a/$account/$region/c/$cluster/s/$service/t/$task',
              params: { ...scope, cluster, service, task },
            }));
      return { label: task, places: [revision, cluster], run };
    }
    default:
      return assertNever(result);
  }
}

/** An image opens its details in its repository. */
function imageView(
  { account, region, repository, tags, digest, commit }: Extract<SearchResult, { readonly kind: 'image' }>,
  router: Router,
): ResultView {
  const [tag] = tags;
  return {
    label: tag === undefined ? `${repository}@${shortDigest(digest)}` : `${repository}:${tags.join(', ')}`,
    places: identitiesOf(digest, commit),
    run: () =>
      void router.navigate({
        to: '/a/$account/$region/images',
        params: { account, region },
        search: { repository, image: digest },
      }),
  };
}

function identitiesOf(digest: string | undefined, commit: string | undefined): readonly string[] {
  return [
    ...(digest === undefined ? [] : [shortDigest(digest)]),
    ...(commit === undefined ? [] : [`commit ${commit.slice(0, 7)}`]),
  ];
}

function openCluster(
  router: Router,
  {
    account,
    region,
    cluster,
  }: { readonly account: string; readonly region: string; readonly cluster: string },
): void {
  void router.navigate({ to: '/a/$account/$region/c/$cluster', params: { account, region, cluster } });
}

/** The same while only the time of the reading changes. */
function keyOf(result: SearchResult): string {
  return JSON.stringify({ ...result, readAt: undefined });
}
