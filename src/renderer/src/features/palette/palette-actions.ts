import type { QueryClient } from '@tanstack/react-query';
import type { useRouter } from '@tanstack/react-router';
import type { Output } from '../../../../shared/contract.ts';
import type { ClusterRef } from '../../../../shared/model/cluster.ts';
import type { Immutable } from '../../../../shared/model/immutable.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { imageName } from '../../lib/image-labels.ts';
import type { Place } from '../../lib/place.ts';
import { accountLink, rememberedScope } from '../../lib/remembered-place.ts';
import { shortcutLabel } from '../../lib/shortcuts.ts';

export interface PaletteAction {
  readonly id: string;
  readonly group: string;
  readonly label: string;
  readonly description: string;
  readonly run: () => void;
  /** What a favourite mark of the action is about. */
  readonly service?: ServiceRef;
}

interface Dependencies {
  readonly router: ReturnType<typeof useRouter>;
  readonly cache: QueryClient;
  readonly place: Place;
  readonly setColorScheme: (scheme: 'light' | 'dark' | 'auto') => void;
}

/** What can be done with the open cluster and the open service. */
export function actionsOfPlace(around: Dependencies): readonly PaletteAction[] {
  const { cluster, service } = around.place;
  return [
    ...(service ? serviceActions(around, service) : []),
    ...(cluster ? [compareCluster(around, cluster)] : []),
  ];
}

function compareCluster({ router }: Dependencies, params: ClusterRef): PaletteAction {
  return {
    id: 'compare cluster',
    group: 'This cluster',
    label: `Compare ${params.cluster} with another cluster`,
    description: 'All services, also of another account and region',
    run: () => void router.navigate({ to: '/a/$account/$region/compare/$cluster', params }),
  };
}

/** The accounts, the views and what the window itself can do. */
export function otherActions(around: Dependencies): readonly PaletteAction[] {
  return [...listedAccounts(around), ...views(around), ...windowActions(around)];
}

/** The actions that have every term of the text in their label or description. */
export function matchingActions(actions: readonly PaletteAction[], text: string): readonly PaletteAction[] {
  const terms = text.toLowerCase().split(/\s+/).filter(Boolean);
  return actions.filter(({ label, description }) => {
    const said = `${label} ${description}`.toLowerCase();
    return terms.every((term) => said.includes(term));
  });
}

function serviceActions({ router, cache }: Dependencies, service: ServiceRef): readonly PaletteAction[] {
  const { service: name, cluster, account, region } = service;
  const to = '/a/$account/$region/c/$cluster/s/$service';
  const dialog = (id: 'deploy' | 'rollback' | 'scale' | 'promote' | 'run', label: string): PaletteAction => ({
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
    dialog('promote', `Deploy the image of ${name} to another service`),
    dialog('run', `Run a one-off task of ${name}`),
    ...releases,
    ...cleanup,
  ];
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
      'Images',
      `ECR repositories, ${params.region}`,
      () => void router.navigate({ to: '/a/$account/$region/images', params }),
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
    description: region === undefined ? environment : `${environment}, ${region}`,
    run: () => void router.navigate(accountLink(id, region)),
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
