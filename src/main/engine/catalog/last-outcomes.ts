import type { Service } from '@aws-sdk/client-ecs';
import type { DeploymentOutcome } from '../../../shared/model/deployment.ts';
import { eachOfFew } from '../ecs/batches.ts';
import { deploymentOutcome } from '../ecs/deployment-outcome.ts';
import { newestDeployment, type Read } from './deployments.ts';
import { optionalRead } from './optional-reads.ts';
import { hasServiceDeployments } from './service-row.ts';
import { primaryDeployment, serviceState } from './service-state.ts';

/**
 * How the newest service deployment of each service ended. It takes one request for each service, so that it is
 * found out for a few of them at a time, and kept for as long as the service has the same deployment.
 */
export interface LastOutcomes {
  known(service: Service): DeploymentOutcome | undefined;
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
  const outcomes = new Map<string, { readonly of: string; readonly outcome: DeploymentOutcome }>();

  function known(service: Service): DeploymentOutcome | undefined {
    const kept = outcomes.get(service.serviceArn ?? '');
    return kept?.of === deploymentKey(service) ? kept.outcome : undefined;
  }

  function keep(service: Service, outcome: DeploymentOutcome): void {
    if (outcome === 'in-progress' || service.serviceArn === undefined) return;
    outcomes.set(service.serviceArn, { of: deploymentKey(service), outcome });
  }

  return {
    known,
    async lookUpSome(read, cluster, services, limit) {
      const wanted = services
        .filter((service) => matters(service) && known(service) === undefined)
        .toSorted((one, other) => deployedAt(other) - deployedAt(one))
        .slice(0, limit);
      await eachOfFew(wanted, async (service) => keep(service, await newestOutcome(read, cluster, service)));
      return wanted;
    },
  };
}

/** Only for a steady service DescribeServices does not show whether its last deployment succeeded. */
function matters(service: Service): boolean {
  return hasServiceDeployments(service) && serviceState(service) === 'steady';
}

function deploymentKey(service: Service): string {
  return primaryDeployment(service)?.id ?? '';
}

function deployedAt(service: Service): number {
  return primaryDeployment(service)?.createdAt?.getTime() ?? 0;
}

/** `unknown` where there is no deployment, or none that may be seen: the list does not fail over it. */
async function newestOutcome(
  read: Read,
  cluster: string,
  { serviceName = '' }: Service,
): Promise<DeploymentOutcome> {
  const newest = await optionalRead(newestDeployment(read, cluster, serviceName), undefined);
  return deploymentOutcome(newest?.status);
}
