import type { Deployment } from '../../../shared/model/deployment.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { restorableText } from '../ecs/service-revision-content.ts';
import { listDeployments, type Read, revisionArnsOf, toDeployment } from './deployments.ts';
import type { NeverChanging } from './immutable-answers.ts';
import { rollbackTarget } from './rollback-target.ts';

/** Why and by whom a deployment was started, and whether it is a rollback, if Slipway started it. */
export type DeploymentNotes = (
  deploymentArn: string,
) => { readonly why?: string; readonly callerIdentity?: string; readonly isRollback?: boolean } | undefined;

/**
 * All service deployments of a service that ECS still knows (90 days), newest first, with the one that a rollback rolls
 * back to by default.
 */
export async function readDeployments(
  read: Read,
  { cluster, service }: ServiceRef,
  kept: NeverChanging,
  notes: DeploymentNotes = () => undefined,
): Promise<Deployment[]> {
  const briefs = await listDeployments(read, cluster, service);
  const described = await kept.deployments(read, briefs);
  const revisions = await kept.revisions(read, described.flatMap(revisionArnsOf));
  const deployments = described.map((deployment) => toDeployment(deployment, revisions));
  const target = rollbackTarget(
    deployments.map((deployment) => {
      const revision = revisions.get(deployment.serviceRevisionArn ?? '');
      return { ...deployment, settings: revision && restorableText(revision) };
    }),
  );
  return deployments.map((deployment) => ({
    ...deployment,
    ...notes(deployment.arn),
    isRollbackTarget: deployment.arn === target?.arn,
  }));
}
