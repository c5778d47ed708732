import type { Client } from '../../../shared/client.ts';
import { formatImageReference, parseImageReference } from '../../../shared/model/image-reference.ts';
import type { ProjectEnvironment } from '../../../shared/model/project.ts';
import type { ServiceRow } from '../../../shared/model/service.ts';
import { ecrHost } from '../../engine/aws/partitions.ts';
import type { CommandScope } from '../command/scope.ts';

/** ECR of the account and region. */
interface OwnRegistry {
  readonly account: string | undefined;
  readonly region: string;
  /** Where the account has an endpoint of its own. */
  readonly host: string | undefined;
}

export type ClusterScope = CommandScope & { readonly cluster: string };

/** Revisions that are read at the same time. */
const AT_ONCE = 8;

/**
 * The environment of slipway.yml for what runs in a cluster: each service with the repositories of its containers. `wanted`
 * chooses services by name. Throws NOT_FOUND for a cluster that doesn't exist.
 */
export async function readRunningEnvironment(
  client: Client,
  scope: ClusterScope,
  wanted: (service: string) => boolean,
): Promise<ProjectEnvironment> {
  const rows = (await client.call('services.list', scope)).filter(({ name }) => wanted(name));
  const { accounts } = await client.call('accounts.list', {});
  const endpoint = accounts.find(({ id }) => id === scope.account)?.endpoint;
  const accountNumber = rows[0]?.arn.split(':')[4];
  const own = {
    account: accountNumber,
    region: scope.region,
    host: endpoint === undefined ? undefined : URL.parse(endpoint)?.host,
  };
  const services: [string, ProjectEnvironment['services'][string]][] = [];
  for (let at = 0; at < rows.length; at += AT_ONCE) {
    const batch = rows.slice(at, at + AT_ONCE);
    services.push(...(await Promise.all(batch.map((row) => readService(client, scope, row, own)))));
  }
  const { environment } = await client.call('environments.of', {
    account: scope.account,
    cluster: scope.cluster,
  });
  const isKnown = environment === 'production' || environment === 'staging' || environment === 'development';
  return {
    ...(scope.account.startsWith('profile:') ? { profile: scope.account.slice('profile:'.length) } : {}),
    ...(accountNumber === undefined ? {} : { account: accountNumber }),
    region: scope.region,
    cluster: scope.cluster,
    services: Object.fromEntries(services),
    rules: isKnown ? { environment } : {},
  };
}

async function readService(
  client: Client,
  { account, region }: ClusterScope,
  { name, revision }: ServiceRow,
  own: OwnRegistry,
): Promise<[string, ProjectEnvironment['services'][string]]> {
  // A service of task sets may have none yet.
  if (revision === '') return [name, { containers: {} }];
  const found = await client.call('revisions.get', { account, region, revision });
  const containers = found.revision.containers.flatMap(({ container, image }) => {
    const repository = repositoryOf(image, own);
    return repository === undefined ? [] : [[container, { repository }] as const];
  });
  return [name, { containers: Object.fromEntries(containers) }];
}

/** Without the registry where it is the account's own. */
function repositoryOf(image: string, own: OwnRegistry): string | undefined {
  const parts = parseImageReference(image);
  if (parts === undefined) return undefined;
  const { repository, registry } = parts;
  return isOwn(registry, own)
    ? repository
    : formatImageReference({ repository, ...(registry === undefined ? {} : { registry }) });
}

function isOwn(registry: string | undefined, { account, region, host }: OwnRegistry): boolean {
  if (registry === undefined) return false;
  const found = ecrHost(registry);
  return registry === host || (found !== undefined && found.account === account && found.region === region);
}
