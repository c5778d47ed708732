import type { ServiceDeployment, ServiceDeploymentBrief, ServiceRevision } from '@aws-sdk/client-ecs';
import { deploymentOutcome } from '../ecs/deployment-outcome.ts';
import type { DeploymentCache } from './deployment-cache.ts';
import { describeDeployments, describeServiceRevisions, type Read } from './deployments.ts';

/** Reads what never changes once: service revisions, and service deployments that have ended. */
export interface NeverChanging {
  /** Service revisions by ARN; those that are gone are missing. */
  revisions(read: Read, arns: readonly string[]): Promise<ReadonlyMap<string, ServiceRevision>>;
  /** Service deployments in the order in which they were listed; those that are gone are left out. */
  deployments(read: Read, listed: readonly ServiceDeploymentBrief[]): Promise<readonly ServiceDeployment[]>;
}

export function createNeverChanging(cache: DeploymentCache): NeverChanging {
  /** Cached answers count only if ECS reports the same creation time. */
  async function keptOf({
    serviceDeploymentArn: arn,
    createdAt,
  }: ServiceDeploymentBrief): Promise<ServiceDeployment | undefined> {
    if (arn === undefined) return undefined;
    const kept = await cache.readDeployment(arn);
    if (kept === undefined) return undefined;
    if (kept.createdAt?.getTime() === createdAt?.getTime()) {
      cache.vouchFor(arn);
      return kept;
    }
    cache.forget(arn);
    return undefined;
  }

  return {
    async revisions(read, arns) {
      const found = new Map<string, ServiceRevision>();
      const wanted = new Set(arns);
      for (const arn of wanted) {
        const kept = await cache.readRevision(arn);
        if (kept !== undefined) found.set(arn, kept);
      }
      const missing = [...wanted].filter((arn) => !found.has(arn));
      for (const revision of await describeServiceRevisions(read, missing)) {
        cache.writeRevision(revision);
        found.set(revision.serviceRevisionArn ?? '', revision);
      }
      return found;
    },

    async deployments(read, listed) {
      const found = new Map<string, ServiceDeployment>();
      for (const brief of listed) {
        const kept = await keptOf(brief);
        if (kept !== undefined) found.set(kept.serviceDeploymentArn ?? '', kept);
      }
      const arns = listed.flatMap(({ serviceDeploymentArn }) => serviceDeploymentArn ?? []);
      const missing = arns.filter((arn) => !found.has(arn));
      for (const deployment of await describeDeployments(read, missing)) {
        if (isOver(deployment)) cache.writeDeployment(deployment);
        found.set(deployment.serviceDeploymentArn ?? '', deployment);
      }
      return arns.flatMap((arn) => found.get(arn) ?? []);
    },
  };
}

function isOver({ status }: ServiceDeployment): boolean {
  const outcome = deploymentOutcome(status);
  return outcome !== 'in-progress' && outcome !== 'unknown';
}
