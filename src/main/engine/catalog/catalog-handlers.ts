import {
  DescribeClustersCommand,
  type Cluster as EcsCluster,
  paginateListClusters,
} from '@aws-sdk/client-ecs';
import type { Environment, Scope } from '../../../shared/model/account.ts';
import type { Cluster, ClusterRef } from '../../../shared/model/cluster.ts';
import type { Accounts } from '../aws/accounts.ts';
import { lastPartOf } from '../aws/arns.ts';
import type { Aws } from '../aws/aws.ts';
import { createReadingOrder, inBatches } from '../ecs/batches.ts';
import type { Environments, NamedPlace } from '../environments/environments.ts';
import type { Handlers } from '../ports/handlers.ts';
import type { Clock } from '../ports/ports.ts';
import { readDaemons } from './daemons.ts';
import type { DeploymentCaches } from './deployment-cache.ts';
import { type DeploymentNotes, readDeployments } from './deployment-history.ts';
import type { Read } from './deployments.ts';
import { createNeverChanging, type NeverChanging } from './immutable-answers.ts';
import type { KeptRows } from './kept-rows.ts';
import { createKnownFindings, type KnownFindings } from './known-findings.ts';
import { createLastOutcomes, type LastOutcomes, type ReadCause } from './last-outcomes.ts';
import { readCurrentSettings } from './read-current-settings.ts';
import { type ImageFacts, readServiceDetail } from './service-detail.ts';
import type { RunningImages } from './service-findings.ts';
import { readServiceList } from './service-list.ts';
import { readServiceTasks } from './tasks.ts';

interface CatalogDependencies {
  readonly accounts: Accounts;
  readonly aws: Aws;
  readonly environments: Pick<Environments, 'guardOf'>;
  readonly caches: DeploymentCaches;
  readonly clock: Clock;
  readonly imageFacts?: ImageFacts;
  /** Without it nothing is known of images that are gone and tags that have moved. */
  readonly images?: RunningImages;
  readonly notes?: DeploymentNotes;
  /** Without it rolled back services have the words of ECS only. */
  readonly readCause?: ReadCause;
  /** When Slipway last changed services of a cluster, by name. */
  readonly changedServices?: (cluster: ClusterRef) => ReadonlyMap<string, Date>;
}

type CatalogMethods =
  | 'clusters.list'
  | 'services.list'
  | 'services.get'
  | 'services.settings'
  | 'services.tasks'
  | 'services.deployments'
  | 'daemons.list';

/** The reads of clusters and services. */
export function createCatalogHandlers({
  accounts,
  aws,
  environments,
  caches,
  clock,
  imageFacts,
  images,
  notes,
  readCause = async () => undefined,
  changedServices = () => new Map(),
}: CatalogDependencies): Pick<Handlers, CatalogMethods> {
  const outcomesByAccount = new Map<string, LastOutcomes>();
  const rowsBefore = new Map<string, KeptRows>();
  const findingsByAccount = new Map<string, KnownFindings>();
  const order = createReadingOrder();

  /** ARNs are unique within an account, but two sandboxes can have the same. */
  function outcomesOf({ account }: Scope): LastOutcomes {
    const outcomes = outcomesByAccount.get(account) ?? createLastOutcomes(readCause);
    outcomesByAccount.set(account, outcomes);
    return outcomes;
  }

  function findingsOf({ account }: Scope): KnownFindings {
    const findings = findingsByAccount.get(account) ?? createKnownFindings(images, () => performance.now());
    findingsByAccount.set(account, findings);
    return findings;
  }

  async function keptFor(scope: Scope, { ecs }: Read): Promise<NeverChanging> {
    return createNeverChanging(await caches.of(ecs, scope));
  }

  function readOf(scope: Scope, signal: AbortSignal): Read {
    return { ecs: aws.ecs(scope, 'visible'), signal };
  }

  /** The environment of clusters of an account, and of services in them. */
  function environmentAt(scope: Scope): EnvironmentAt {
    const { account } = accounts.find(scope.account);
    return (at) => environments.guardOf({ ...at, account }).environment;
  }

  return {
    'clusters.list': (scope, { signal }) => readClusters(readOf(scope, signal), environmentAt(scope)),

    'services.list': async ({ visible, ...cluster }, { signal, emit }) => {
      const read = readOf(cluster, signal);
      const kept = await keptFor(cluster, read);
      const place = JSON.stringify([cluster.account, cluster.region, cluster.cluster]);
      const rows = await readServiceList(read, cluster, {
        kept,
        before: rowsBefore.get(place),
        refresh: visible === undefined ? undefined : { visible, changed: changedServices(cluster) },
        outcomes: outcomesOf(cluster),
        findings: findingsOf(cluster),
        order,
        now: () => clock.now(),
        emit,
      });
      rowsBefore.set(place, rows);
      return [...rows.values()].map(({ row }) => row);
    },

    'services.get': (service, { signal }) =>
      order.first(async () => {
        const environment = environmentAt(service)(service);
        const read = readOf(service, signal);
        return readServiceDetail(read, service, {
          environment,
          scaling: aws.scaling(service, 'visible'),
          kept: await keptFor(service, read),
          findings: findingsOf(service),
          imageFacts,
          images,
          now: () => clock.now(),
        });
      }),

    'daemons.list': (cluster, { signal }) => readDaemons(readOf(cluster, signal), cluster),

    'services.settings': (service, { signal }) =>
      order.first(() => readCurrentSettings(readOf(service, signal), service)),

    'services.tasks': (service, { signal }) =>
      order.first(() => readServiceTasks(readOf(service, signal), service)),

    'services.deployments': (service, { signal }) =>
      order.first(async () => {
        const read = readOf(service, signal);
        return readDeployments(read, service, await keptFor(service, read), notes);
      }),
  };
}

type EnvironmentAt = (at: Pick<NamedPlace, 'cluster' | 'service'>) => Environment;

/** DescribeClusters takes up to 100. */
const BATCH = 100;

/** All clusters of the account and region by name (ListClusters, DescribeClusters). */
async function readClusters({ ecs, signal }: Read, environmentAt: EnvironmentAt): Promise<Cluster[]> {
  const arns: string[] = [];
  for await (const page of paginateListClusters(
    { client: ecs, pageSize: 100 },
    {},
    { abortSignal: signal },
  )) {
    arns.push(...(page.clusterArns ?? []));
  }
  const clusters = await inBatches(arns, BATCH, async (batch) => {
    const answer = await ecs.send(new DescribeClustersCommand({ clusters: batch }), { abortSignal: signal });
    return answer.clusters ?? [];
  });
  return clusters
    .map((cluster) => toCluster(cluster, environmentAt))
    .toSorted((one, other) => one.name.localeCompare(other.name));
}

function toCluster(cluster: EcsCluster, environmentAt: EnvironmentAt): Cluster {
  const { clusterArn: arn = '', clusterName: name = lastPartOf(arn) } = cluster;
  return {
    name,
    arn,
    status: cluster.status ?? 'UNKNOWN',
    environment: environmentAt({ cluster: name }),
    services: cluster.activeServicesCount ?? 0,
    runningTasks: cluster.runningTasksCount ?? 0,
    pendingTasks: cluster.pendingTasksCount ?? 0,
  };
}
