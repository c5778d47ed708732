import type { Scope } from '../../../shared/model/account.ts';
import type { Accounts } from '../aws/accounts.ts';
import type { Aws } from '../aws/aws.ts';
import type { Handlers } from '../handlers.ts';
import { readClusters } from './clusters.ts';
import { type DeploymentNotes, readDeployments } from './deployment-history.ts';
import type { Read } from './deployments.ts';
import { createLastOutcomes, type LastOutcomes } from './last-outcomes.ts';
import { createNeverChanging, type NeverChanging } from './never-changing.ts';
import { type ImageFacts, readServiceDetail } from './service-detail.ts';
import { readServiceList } from './service-list.ts';
import { readServiceTasks } from './tasks.ts';

interface CatalogDependencies {
  readonly accounts: Accounts;
  readonly aws: Aws;
  readonly imageFacts?: ImageFacts;
  readonly notes?: DeploymentNotes;
}

type CatalogMethods =
  | 'clusters.list'
  | 'services.list'
  | 'services.get'
  | 'services.tasks'
  | 'services.deployments';

/** What is kept for an account: ARNs are unique within one, but two sandboxes can have the same. */
interface Kept {
  readonly neverChanging: NeverChanging;
  readonly outcomes: LastOutcomes;
}

/** The reads of clusters and services. */
export function createCatalogHandlers({
  accounts,
  aws,
  imageFacts,
  notes,
}: CatalogDependencies): Pick<Handlers, CatalogMethods> {
  const keptByAccount = new Map<string, Kept>();

  function keptOf({ account }: Scope): Kept {
    const kept = keptByAccount.get(account) ?? {
      neverChanging: createNeverChanging(),
      outcomes: createLastOutcomes(),
    };
    keptByAccount.set(account, kept);
    return kept;
  }

  function readOf(scope: Scope, signal: AbortSignal): Read {
    return { ecs: aws.ecs(scope, 'visible'), signal };
  }

  return {
    'clusters.list': (scope, { signal }) =>
      readClusters(readOf(scope, signal), accounts.find(scope.account).account),

    'services.list': (cluster, { signal, emit }) => {
      const { neverChanging, outcomes } = keptOf(cluster);
      return readServiceList(readOf(cluster, signal), cluster, { kept: neverChanging, outcomes, emit });
    },

    'services.get': (service, { signal }) =>
      readServiceDetail(readOf(service, signal), service, {
        account: accounts.find(service.account).account,
        kept: keptOf(service).neverChanging,
        imageFacts,
      }),

    'services.tasks': (service, { signal }) => readServiceTasks(readOf(service, signal), service),

    'services.deployments': (service, { signal }) =>
      readDeployments(readOf(service, signal), service, keptOf(service).neverChanging, notes),
  };
}
