import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';

/**
 * Throws what a read of a service failed with. Where the service does not exist, the sentence names the clusters of the
 * account and region that have one of this name, or the services of the cluster.
 */
export async function findElsewhere(client: Client, ref: ServiceRef, error: unknown): Promise<never> {
  if (!(error instanceof SlipwayError) || error.code !== 'NOT_FOUND') throw error;
  const { cluster, service, account, region } = ref;
  const names = await clustersWith(client, ref, error);
  const services = await Promise.all(
    names.map(async (name) => ({
      name,
      services: await servicesOf(client, { account, region, cluster: name }),
    })),
  );
  const there = services.find(({ name }) => name === clusterName(cluster))?.services ?? [];
  // Something else of it does not exist, such as a release to go back to.
  if (there.includes(service)) throw error;
  const elsewhere = services.filter((each) => each.services.includes(service)).map(({ name }) => name);
  if (elsewhere.length > 0) {
    throw new SlipwayError(
      'NOT_FOUND',
      `The service ${service} isn't in the cluster ${cluster}, but in ${elsewhere.join(' and ')}. Name its cluster: ${elsewhere.map((name) => `-c ${name}`).join(' or ')}.`,
    );
  }
  throw new SlipwayError(
    'NOT_FOUND',
    `There is no service ${service} in the cluster ${cluster}. ${listed('services', there)}`,
  );
}

/** Throws what a read of a cluster failed with. Where it does not exist, the sentence names those of the account and region. */
export async function findCluster(
  client: Client,
  cluster: Omit<ServiceRef, 'service'>,
  error: unknown,
): Promise<never> {
  await clustersWith(client, cluster, error);
  throw error;
}

/** The names of all clusters. Throws NOT_FOUND where the given one is not among them, and the error that is not NOT_FOUND. */
async function clustersWith(
  client: Client,
  { cluster, account, region }: Omit<ServiceRef, 'service'>,
  error: unknown,
): Promise<readonly string[]> {
  if (!(error instanceof SlipwayError) || error.code !== 'NOT_FOUND') throw error;
  const clusters = await client.call('clusters.list', { account, region });
  const names = clusters.map(({ name }) => name);
  if (names.includes(clusterName(cluster))) return names;
  throw new SlipwayError(
    'NOT_FOUND',
    `There is no cluster ${cluster} in ${region}. ${listed('clusters', names)}`,
  );
}

/** The part after the slash of an ARN. */
function clusterName(cluster: string): string {
  return cluster.split('/').at(-1) ?? cluster;
}

const MOST_LISTED = 20;

function listed(what: string, names: readonly string[]): string {
  if (names.length === 0) return `It has no ${what}.`;
  const more = names.length > MOST_LISTED ? ` and ${names.length - MOST_LISTED} more` : '';
  return `Its ${what}: ${names.slice(0, MOST_LISTED).join(', ')}${more}.`;
}

/** Names only: the rows behind them are not read. */
async function servicesOf(client: Client, cluster: Omit<ServiceRef, 'service'>): Promise<readonly string[]> {
  const enough = new AbortController();
  let names: readonly string[] = [];
  try {
    await client.call('services.list', cluster, {
      signal: enough.signal,
      onEvent(event) {
        if (event.kind !== 'names') return;
        names = event.names;
        enough.abort();
      },
    });
  } catch (error) {
    if (!enough.signal.aborted) throw error;
  }
  return names;
}
