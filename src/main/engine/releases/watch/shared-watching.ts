import { DescribeServicesCommand, type Service, type ServiceDeployment } from '@aws-sdk/client-ecs';
import type { Scope } from '../../../../shared/model/account.ts';
import type { Rollout } from '../../../../shared/model/deployment.ts';
import type { Aws } from '../../aws/aws.ts';
import { describeDeployments } from '../../catalog/deployments.ts';
import { withDeployedRevision } from '../../ecs/deployed-revision.ts';
import {
  createSharedRead,
  createSharedRuns,
  createTurns,
  type SharedRead,
  type ShareRun,
} from './shared-reads.ts';

/** What all watches of an account and region read together. */
export interface SharedWatching {
  /** A service deployment by its ARN: one DescribeServiceDeployments for each 20. */
  readonly deployment: SharedRead<ServiceDeployment>;
  /** A service of a cluster by its name: one DescribeServices for each 10. */
  service(cluster: string, name: string, signal: AbortSignal): Promise<Service | undefined>;
  /** Follows a deployment once for all who watch it, such as the job of a release and the page of its service. */
  readonly follow: ShareRun<Rollout, Rollout>;
  /** Counts a watch in, and returns what counts it out. */
  enter(): () => void;
  /** How many watches there are. */
  count(): number;
}

const DEPLOYMENTS_AT_ONCE = 20;
const SERVICES_AT_ONCE = 10;
/** Requests for deployments in each beat, for up to 100 watches; more watches need more. */
const LEAST_TURNS = 5;

const OF_ENGINES = new WeakMap<Aws, Map<string, SharedWatching>>();

/** The one of an account and region; whoever watches with the same clients shares it, and has the same beat. */
export function sharedWatching(aws: Aws, { account, region }: Scope, pollIntervalMs: number): SharedWatching {
  const ofScopes = OF_ENGINES.get(aws) ?? new Map<string, SharedWatching>();
  OF_ENGINES.set(aws, ofScopes);
  const key = JSON.stringify([account, region]);
  const shared = ofScopes.get(key) ?? createSharedWatching(aws, { account, region }, pollIntervalMs);
  ofScopes.set(key, shared);
  return shared;
}

function createSharedWatching(aws: Aws, scope: Scope, pollIntervalMs: number): SharedWatching {
  // Requests continue when one of those who wait for them leaves.
  const { signal } = new AbortController();
  const ofClusters = new Map<string, SharedRead<Service>>();
  let watches = 0;

  function servicesOf(cluster: string): SharedRead<Service> {
    const known = ofClusters.get(cluster);
    if (known !== undefined) return known;
    const read = createSharedRead<Service>({
      most: SERVICES_AT_ONCE,
      async read(names) {
        const command = new DescribeServicesCommand({ cluster, services: [...names] });
        const { services = [] } = await aws.ecs(scope, 'visible').send(command);
        return new Map(services.map((service) => [service.serviceName ?? '', withDeployedRevision(service)]));
      },
    });
    ofClusters.set(cluster, read);
    return read;
  }

  return {
    deployment: createSharedRead({
      most: DEPLOYMENTS_AT_ONCE,
      turn: createTurns(
        () => Math.max(LEAST_TURNS, Math.ceil(watches / DEPLOYMENTS_AT_ONCE)),
        pollIntervalMs,
      ),
      async read(arns) {
        const described = await describeDeployments({ ecs: aws.ecs(scope, 'visible'), signal }, arns);
        return new Map(described.map((each) => [each.serviceDeploymentArn ?? '', each]));
      },
    }),
    follow: createSharedRuns(),
    service: (cluster, name, caller) => servicesOf(cluster)(name, caller),
    enter() {
      watches += 1;
      return () => {
        watches -= 1;
      };
    },
    count: () => watches,
  };
}
