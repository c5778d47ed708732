import type { Plan } from '../../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { revisionNameOf } from '../../aws/arns.ts';
import { registrationInput } from '../../ecs/registration.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';
import { readRevision, readService } from '../model/service-reading.ts';
import type { ReopenedPlan } from '../model/stored-plan.ts';
import { composePlan } from './compose-plan.ts';

/**
 * A plan for deploying a revision that already exists, made of reads only. Throws NOT_FOUND for a service or a revision
 * that doesn't exist.
 */
export async function planRevision(
  dependencies: ReleaseDependencies,
  ref: ServiceRef,
  taskDefinition: string,
  signal: AbortSignal,
  reopened?: ReopenedPlan,
): Promise<Plan> {
  const ecs = dependencies.aws.ecs(ref, 'clicked');
  const service = await readService(ecs, ref, signal);
  const [current, revision] = await Promise.all([
    readRevision(ecs, service.taskDefinition, signal),
    readRevision(ecs, taskDefinition, signal),
  ]);
  const isThere = taskDefinition === service.taskDefinition;
  return composePlan(
    dependencies,
    {
      kind: 'deploy',
      title: `Deploy ${revisionNameOf(taskDefinition)} to ${ref.service}`,
      action: isThere ? { kind: 'update' } : { kind: 'update', taskDefinition },
      ref,
      service,
      revision,
      current,
      content: registrationInput(revision),
      moreChecks: [],
      intent: { kind: 'revision', revision: taskDefinition },
      reopened,
    },
    signal,
  );
}
