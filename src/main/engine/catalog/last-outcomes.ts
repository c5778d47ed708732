import type { Service } from '@aws-sdk/client-ecs';
import type { ServiceState } from '../../../shared/model/service.ts';
import { eachOfFew } from '../ecs/batches.ts';
import { deploymentOutcome } from '../ecs/deployment-outcome.ts';
import { newestDeployment, type Read } from './deployments.ts';
import { optionalRead } from './optional-reads.ts';
import { hasServiceDeployments, type LastDeployment } from './service-row.ts';
import { primaryDeployment, serviceState } from './service-state.ts';

/**
 * How the newest service deployment of each service ended. It takes one request for each service, so that it is
 * found out for a few of them at a time, and kept for as long as the service has the same deployment.
 */
export interface LastOutcomes {
  known(service: Service): LastDeployment | undefined;
  /** Looks up at most `limit` that matter and are not known; answers the services of which it now knows more. */
  lookUpSome(
    read: Read,
    cluster: string,
    services: readonly Service[],
    limit: number,
  ): Promise<readonly Service[]>;
}

/** Knows nothing at first. */
export function createLastOutcomes(): LastOutcomes {
  const outcomes = new Map<string, { readonly of: string; readonly last: LastDeployment }>();

  function known(service: Service): LastDeployment | undefined {
    const kept = outcomes.get(service.serviceArn ?? '');
    return kept?.of === deploymentKey(service) ? kept.last : undefined;
  }

  function keep(service: Service, last: LastDeployment): void {
    if (last.outcome === 'in-progress' || service.serviceArn === undefined) return;
    outcomes.set(service.serviceArn, { of: deploymentKey(service), last });
  }

  return {
    known,
    async lookUpSome(read, cluster, services, limit) {
      const wanted = services
        .filter((service) => matters(service) && known(service) === undefined)
        .toSorted((one, other) => deployedAt(other) - deployedAt(one))
        .slice(0, limit);
      await eachOfFew(wanted, async (service) => keep(service, await newestOf(read, cluster, service)));
      return wanted;
    },
  };
}

/** DescribeServices does not show of these whether their last deployment succeeded, or which one failed. */
const NOT_SHOWN: ReadonlySet<ServiceState> = new Set(['steady', 'rolled-back']);

function matters(service: Service): boolean {
  return hasServiceDeployments(service) && NOT_SHOWN.has(serviceState(service));
}

function deploymentKey(service: Service): string {
  return primaryDeployment(service)?.id ?? '';
}

function deployedAt(service: Service): number {
  return primaryDeployment(service)?.createdAt?.getTime() ?? 0;
}

/** `unknown` where there is no deployment, or none that may be seen: the list does not fail over it. */
async function newestOf(read: Read, cluster: string, { serviceName = '' }: Service): Promise<LastDeployment> {
  const newest = await optionalRead(newestDeployment(read, cluster, serviceName), undefined);
  const { status, serviceDeploymentArn, statusReason } = newest ?? {};
  return { outcome: deploymentOutcome(status), arn: serviceDeploymentArn, reason: statusReason };
}
