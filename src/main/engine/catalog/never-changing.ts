import type { ServiceDeployment, ServiceRevision } from '@aws-sdk/client-ecs';
import { deploymentOutcome } from './deployment-outcome.ts';
import { describeDeployments, describeServiceRevisions, type Read } from './deployments.ts';

/** Keeps what never changes: service revisions, and service deployments that are over. */
export interface NeverChanging {
  /** Service revisions by ARN; those that are gone are missing. */
  revisions(read: Read, arns: readonly string[]): Promise<ReadonlyMap<string, ServiceRevision>>;
  /** Service deployments in the order of the ARNs; those that are gone are left out. */
  deployments(read: Read, arns: readonly string[]): Promise<readonly ServiceDeployment[]>;
}

const MOST_KEPT = 20_000;

/** An empty store in memory. ARNs are unique across accounts and regions, but for sandboxes: make one for each. */
export function createNeverChanging(): NeverChanging {
  const revisions = new Map<string, ServiceRevision>();
  const deployments = new Map<string, ServiceDeployment>();

  return {
    async revisions(read, arns) {
      const wanted = [...new Set(arns)];
      const missing = wanted.filter((arn) => !revisions.has(arn));
      for (const revision of await describeServiceRevisions(read, missing)) {
        if (revision.serviceRevisionArn) keep(revisions, revision.serviceRevisionArn, revision);
      }
      return new Map(
        wanted.flatMap((arn) => {
          const revision = revisions.get(arn);
          return revision === undefined ? [] : [[arn, revision] as const];
        }),
      );
    },

    async deployments(read, arns) {
      const missing = arns.filter((arn) => !deployments.has(arn));
      const described = await describeDeployments(read, missing);
      const fresh = new Map(
        described.map((deployment) => [deployment.serviceDeploymentArn ?? '', deployment]),
      );
      for (const [arn, deployment] of fresh) {
        if (isOver(deployment)) keep(deployments, arn, deployment);
      }
      return arns.flatMap((arn) => fresh.get(arn) ?? deployments.get(arn) ?? []);
    },
  };
}

function isOver({ status }: ServiceDeployment): boolean {
  const outcome = deploymentOutcome(status);
  return outcome !== 'in-progress' && outcome !== 'unknown';
}

/** The oldest entries go first. */
function keep<T>(store: Map<string, T>, arn: string, value: T): void {
  if (store.size >= MOST_KEPT) {
    const [oldest] = store.keys();
    if (oldest !== undefined) store.delete(oldest);
  }
  store.set(arn, value);
}
