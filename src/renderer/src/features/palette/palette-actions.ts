import type { QueryClient } from '@tanstack/react-query';
import type { useRouter } from '@tanstack/react-router';
import type { Output } from '../../../../shared/contract.ts';
import type { Scope } from '../../../../shared/model/account.ts';
import type { Cluster, ClusterRef } from '../../../../shared/model/cluster.ts';
import type { Immutable } from '../../../../shared/model/immutable.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { imageName } from '../../lib/image-labels.ts';
import type { Place } from '../../lib/place.ts';
import { rememberedScope } from '../../lib/remembered-place.ts';
import type { ServiceList } from '../../lib/service-list.ts';
import { shortcutLabel } from '../../lib/shortcuts.ts';

export interface PaletteAction {
  readonly id: string;
  readonly group:
    | 'This service'
    | 'Services'
    | 'Clusters'
    | 'Managed daemons'
    | 'Views'
    | 'Task definitions'
    | 'Accounts'
    | 'Window';
  readonly label: string;
  readonly description: string;
  readonly run: () => void;
}

interface Dependencies {
  readonly router: ReturnType<typeof useRouter>;
  readonly cache: QueryClient;
  readonly place: Place;
  readonly setColorScheme: (scheme: 'light' | 'dark' | 'auto') => void;
}

/** Everything that the palette reaches from here: what the window has read so far, and what it can do. */
export function findActions(around: Dependencies): readonly PaletteAction[] {
  return [
    ...(around.place.service ? serviceActions(around, around.place.service) : []),
    ...listedServices(around),
    ...listedClusters(around),
    ...listedDaemons(around),
    ...listedAccounts(around),
    ...views(around),
    ...listedFamilies(around),
    ...windowActions(around),
  ];
}

function serviceActions({ router, cache }: Dependencies, service: ServiceRef): readonly PaletteAction[] {
  const { service: name, cluster, account, region } = service;
  const to = '/a/$account/$region/c/$cluster/s/$service';
  const dialog = (id: 'deploy' | 'rollback' | 'scale', label: string): PaletteAction => ({
    id,
    group: 'This service',
    label,
    description: cluster,
    run: () => void router.navigate({ to, params: service, search: { dialog: id } }),
  });
  const detail = cache.getQueryData<Immutable<Output<'services.get'>>>(['services.get', service]);
  const family = detail?.family;
  const releases = (detail?.runs ?? []).map(({ container, image }): PaletteAction => {
    const { repository } = imageName(image);
    return {
      id: `fleet ${container}`,
      group: 'This service',
      label: `Deploy ${repository} to other services`,
      description: `Services that use ${repository}`,
      run: () =>
        void router.navigate({
          to: '/a/$account/$region/fleet',
          params: { account, region },
          search: { image },
        }),
    };
  });
  const cleanup: PaletteAction[] =
    family === undefined
      ? []
      : [
          {
            id: 'cleanup',
            group: 'This service',
            label: `Clean up the revisions of ${family}`,
            description: 'Shows a preview first',
            run: () =>
              void router.navigate({
                to: '/a/$account/$region/cleanup/$family',
                params: { account, region, family },
              }),
          },
        ];
  return [
    dialog('deploy', `Deploy ${name}`),
    dialog('rollback', `Roll back ${name}`),
    dialog('scale', `Scale ${name}`),
    ...releases,
    ...cleanup,
  ];
}

function listedServices({ router, cache }: Dependencies): readonly PaletteAction[] {
  return cache.getQueriesData<ServiceList>({ queryKey: ['services.list'] }).flatMap(([key, list]) => {
    const cluster = key[1] as ClusterRef;
    return (list?.names ?? []).map((service) => ({
      id: `service ${cluster.account} ${cluster.region} ${cluster.cluster} ${service}`,
      group: 'Services' as const,
      label: service,
      description: `${cluster.cluster}, ${cluster.region} ${list?.rows.get(service)?.imageVersion ?? ''}`,
      run: () =>
        void router.navigate({
          to: '/a/$account/$region/c/$cluster/s/$service',
          params: { ...cluster, service },
        }),
    }));
  });
}

function listedClusters({ router, cache }: Dependencies): readonly PaletteAction[] {
  return cache
    .getQueriesData<readonly Cluster[]>({ queryKey: ['clusters.list'] })
    .flatMap(([key, clusters]) => {
      const scope = key[1] as Scope;
      return (clusters ?? []).map(({ name, services }) => ({
        id: `cluster ${scope.account} ${scope.region} ${name}`,
        group: 'Clusters' as const,
        label: name,
        description: `${scope.region}, ${services} services`,
        run: () =>
          void router.navigate({ to: '/a/$account/$region/c/$cluster', params: { ...scope, cluster: name } }),
      }));
    });
}

/** A daemon is on the page of its cluster. */
function listedDaemons({ router, cache }: Dependencies): readonly PaletteAction[] {
  return cache
    .getQueriesData<Immutable<Output<'daemons.list'>>>({ queryKey: ['daemons.list'] })
    .flatMap(([key, daemons]) => {
      const cluster = key[1] as ClusterRef;
      return (daemons ?? []).map(({ name, arn, revisions }) => ({
        id: `daemon ${cluster.account} ${arn}`,
        group: 'Managed daemons' as const,
        label: name,
        description: `${cluster.cluster}, ${cluster.region} ${revisions[0]?.taskDefinition ?? ''}`,
        run: () => void router.navigate({ to: '/a/$account/$region/c/$cluster', params: cluster }),
      }));
    });
}

function listedFamilies({ router, cache }: Dependencies): readonly PaletteAction[] {
  return cache
    .getQueriesData<Immutable<Output<'families.all'>>>({ queryKey: ['families.all'] })
    .flatMap(([key, families]) => {
      const { account, region } = key[1] as Scope;
      return (families ?? []).map(({ family }) => ({
        id: `family ${account} ${region} ${family}`,
        group: 'Task definitions' as const,
        label: family,
        description: `Revisions, ${region}`,
        run: () =>
          void router.navigate({
            to: '/a/$account/$region/families/$family',
            params: { account, region, family },
          }),
      }));
    });
}

/** The views of the account and region that are open, or were open last, and those of no account. */
function views({ router, place }: Dependencies): readonly PaletteAction[] {
  const view = (label: string, description: string, run: () => void): PaletteAction => ({
    id: `view ${label}`,
    group: 'Views',
    label,
    description,
    run,
  });
  const journal = view(
    'Journal',
    'All changes made through Slipway',
    () => void router.navigate({ to: '/journal' }),
  );
  const settings = view(
    'Settings',
    'Environments and how changes are guarded',
    () => void router.navigate({ to: '/settings' }),
  );
  const params = place.scope ?? rememberedScope();
  if (params === undefined) return [journal, settings];
  return [
    view(
      'All task definitions',
      params.region,
      () => void router.navigate({ to: '/a/$account/$region/families', params }),
    ),
    view(
      'Compare revisions or services',
      'Any two, across clusters and accounts',
      () =>
        void router.navigate({ to: '/a/$account/$region/diff', params, search: { before: '', after: '' } }),
    ),
    view(
      'Bulk release',
      `One image in waves, ${params.region}; key ${shortcutLabel('bulkRelease')}`,
      () => void router.navigate({ to: '/a/$account/$region/fleet', params }),
    ),
    view(
      'Clean up old revisions',
      params.region,
      () => void router.navigate({ to: '/a/$account/$region/cleanup', params }),
    ),
    view(
      'Clean up images',
      `ECR, ${params.region}`,
      () => void router.navigate({ to: '/a/$account/$region/image-cleanup', params }),
    ),
    journal,
    settings,
  ];
}

function listedAccounts({ router, cache }: Dependencies): readonly PaletteAction[] {
  const listed = cache.getQueryData<Immutable<Output<'accounts.list'>>>(['accounts.list', {}]);
  return (listed?.accounts ?? []).map(({ id, name, region, environment }) => ({
    id: `account ${id}`,
    group: 'Accounts',
    label: name,
    description: `${environment}, ${region}`,
    run: () => void router.navigate({ to: '/a/$account/$region', params: { account: id, region } }),
  }));
}

function windowActions({ setColorScheme }: Dependencies): readonly PaletteAction[] {
  const scheme = (id: 'light' | 'dark' | 'auto', label: string): PaletteAction => ({
    id: `scheme ${id}`,
    group: 'Window',
    label,
    description: 'Theme',
    run: () => setColorScheme(id),
  });
  return [scheme('light', 'Light theme'), scheme('dark', 'Dark theme'), scheme('auto', 'System theme')];
}
