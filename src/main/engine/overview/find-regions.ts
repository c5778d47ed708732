import { ListClustersCommand } from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { RegionClusters } from '../../../shared/model/overview.ts';
import { REGIONS } from '../../../shared/regions.ts';
import type { Accounts } from '../aws/accounts.ts';
import type { Aws } from '../aws/aws.ts';
import { partitionOf } from '../aws/partitions.ts';
import { eachOfFew } from '../ecs/batches.ts';
import type { Handlers } from '../ports/handlers.ts';

interface RegionDependencies {
  readonly accounts: Accounts;
  readonly aws: Pick<Aws, 'ecs'>;
}

/** A region that does not answer in this time is shown as such. */
const ANSWER_MS = 15_000;
const FIRST_REGION = 'us-east-1';

/** The method accounts.regions. */
export function createRegionHandlers({
  accounts,
  aws,
}: RegionDependencies): Pick<Handlers, 'accounts.regions'> {
  async function read(scope: Scope, signal: AbortSignal): Promise<RegionClusters> {
    const client = aws.ecs(scope, 'visible');
    const { clusterArns = [], nextToken } = await client.send(new ListClustersCommand({ maxResults: 100 }), {
      abortSignal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
    });
    return {
      region: scope.region,
      state: clusterArns.length === 0 ? 'empty' : 'clusters',
      clusters: clusterArns.length,
      ...(nextToken === undefined ? {} : { hasMore: true }),
    };
  }

  return {
    async 'accounts.regions'({ account: id, region }, { signal }) {
      const { account } = accounts.find(id);
      const first = region ?? account.region ?? FIRST_REGION;
      // Credentials that this region refuses are refused by all. Once it accepts them, another one that does not is not enabled.
      const own = await readOrReason(() => read({ account: id, region: first }, signal), first, signal);
      if (own.error?.code === 'AUTH_REQUIRED' || own.error?.code === 'MFA_REQUIRED') throw own.error;
      const others = REGIONS.filter((each) => each !== first && partitionOf(each) === partitionOf(first));
      const found = await eachOfFew(others, async (each) => {
        signal.throwIfAborted();
        return (await readOrReason(() => read({ account: id, region: each }, signal), each, signal)).found;
      });
      return [own.found, ...found].toSorted((one, other) => one.region.localeCompare(other.region));
    },
  };
}

async function readOrReason(
  read: () => Promise<RegionClusters>,
  region: string,
  signal: AbortSignal,
): Promise<{ readonly found: RegionClusters; readonly error?: SlipwayError }> {
  try {
    return { found: await read() };
  } catch (error) {
    if (signal.aborted || !(error instanceof SlipwayError)) throw error;
    return { found: { region, ...reasonOf(error, region) }, error };
  }
}

function reasonOf(
  { code, message }: SlipwayError,
  region: string,
): Pick<RegionClusters, 'state' | 'problem'> {
  switch (code) {
    case 'FORBIDDEN':
      return { state: 'refused', problem: message };
    case 'AUTH_REQUIRED':
      return {
        state: 'disabled',
        problem: `${region} does not accept the credentials of this account. Enable the region for the account in AWS Account Management.`,
      };
    // Our own time limit aborts the request.
    case 'CANCELLED':
      return { state: 'failed', problem: `${region} did not answer. Check the network and try again.` };
    default:
      return { state: 'failed', problem: message };
  }
}
