import type { Service, ServiceDeploymentBrief } from '@aws-sdk/client-ecs';
import type { ClusterRef } from '../../../shared/model/cluster.ts';
import type { Deployment } from '../../../shared/model/deployment.ts';
import type { ServiceRef, ServiceState } from '../../../shared/model/service.ts';
import { eachOfFew } from '../ecs/batches.ts';
import { deploymentOutcome } from '../ecs/deployment-outcome.ts';
import { newestDeployment, type Read } from './deployments.ts';
import type { NeverChanging } from './immutable-answers.ts';
import { optionalRead } from './optional-reads.ts';
import { hasServiceDeployments, type LastDeployment } from './service-row.ts';
import { primaryDeployment, serviceState } from './service-state.ts';

/** Says why a service deployment failed, in a sentence, if it is known or the stopped tasks still show it. */
export type ReadCause = (
  read: Read,
  service: ServiceRef,
  deployment: EndedDeployment,
) => Promise<string | undefined>;

export type EndedDeployment = Pick<
  Deployment,
  'arn' | 'outcome' | 'taskDefinitionArn' | 'createdAt' | 'finishedAt'
>;

/**
 * How the newest service deployment of each service ended, and why it failed. It takes one request for each service, so that it is
 * found out for a few of them at a time, and kept for as long as the service has the same deployment.
 */
export interface LastOutcomes {
  known(service: Service): LastDeployment | undefined;
  /** Looks up at most `limit` that matter and are not known; answers the services of which it now knows more. */
  lookUpSome(
    read: Read,
    cluster: ClusterRef,
    services: readonly Service[],
    kept: NeverChanging,
    limit: number,
  ): Promise<readonly Service[]>;
}

/** Knows nothing at first. */
export function createLastOutcomes(readCause: ReadCause): LastOutcomes {
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
    async lookUpSome(read, cluster, services, kept, limit) {
      const wanted = services
        .filter((service) => matters(service) && known(service) === undefined)
        .toSorted((one, other) => deployedAt(other) - deployedAt(one))
        .slice(0, limit);
      await eachOfFew(wanted, async (service) =>
        keep(service, await newestOf(read, cluster, service, kept, readCause)),
      );
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
async function newestOf(
  read: Read,
  { account, region, cluster }: ClusterRef,
  { serviceName: service = '' }: Service,
  kept: NeverChanging,
  readCause: ReadCause,
): Promise<LastDeployment> {
  const newest = await optionalRead(newestDeployment(read, cluster, service), undefined);
  const { status, serviceDeploymentArn: arn, statusReason: reason } = newest ?? {};
  const outcome = deploymentOutcome(status);
  if (newest === undefined || outcome !== 'rolled-back') return { outcome, arn, reason };
  const ended = optionalRead(endedDeployment(read, newest, kept), undefined);
  const cause = ended.then(
    (deployment) => deployment && readCause(read, { account, region, cluster, service }, deployment),
  );
  return { outcome, arn, reason, cause: await optionalRead(cause, undefined) };
}

/** Undefined where its service revision is gone. */
async function endedDeployment(
  read: Read,
  {
    serviceDeploymentArn: arn = '',
    status,
    createdAt,
    finishedAt,
    targetServiceRevisionArn,
  }: ServiceDeploymentBrief,
  kept: NeverChanging,
): Promise<EndedDeployment | undefined> {
  const target = targetServiceRevisionArn ?? '';
  const taskDefinitionArn = (await kept.revisions(read, [target])).get(target)?.taskDefinition;
  if (taskDefinitionArn === undefined) return undefined;
  return {
    arn,
    outcome: deploymentOutcome(status),
    taskDefinitionArn,
    createdAt: createdAt?.toISOString(),
    finishedAt: finishedAt?.toISOString(),
  };
}
