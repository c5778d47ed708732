import { SlipwayError } from '../../../../shared/errors.ts';
import type { Change } from '../../../../shared/model/change.ts';
import type { Plan } from '../../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { checkRegistration } from '../../revisions/editor/check-registration.ts';
import { imagesOf } from '../checks/preflight-reads.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';
import { readRevision, readService } from '../model/service-reading.ts';
import { differingSettings } from '../model/service-settings.ts';
import type { UpdateAction } from '../model/stored-plan.ts';
import { describePlan } from './compose-plan.ts';
import { countsInstances, requireDeployment, settingsOf, taskBefore } from './plan-change.ts';

interface ContentRequest {
  readonly ref: ServiceRef;
  /** What RegisterTaskDefinition takes. */
  readonly json: string;
  /** What else changes; images, variables and sizes are those of the content. */
  readonly change: Change | undefined;
}

/**
 * What deploying a task definition would change before it is registered, made of reads only. The plan is not kept: a revision
 * may hold secrets, which the journal does not store. Throws INVALID_INPUT for content that can't be registered, and NOT_FOUND.
 */
export async function planContent(
  dependencies: ReleaseDependencies,
  { ref, json, change = {} }: ContentRequest,
  signal: AbortSignal,
): Promise<Plan> {
  const { content, problems } = checkRegistration(json);
  const [problem] = problems.filter(({ severity }) => severity === 'error');
  if (content === undefined || problem !== undefined) {
    const where = problem === undefined ? '' : `, line ${problem.line}: ${problem.message}`;
    throw new SlipwayError('INVALID_INPUT', `The task definition can't be registered${where}. Correct it.`);
  }
  const ecs = dependencies.aws.ecs(ref, 'clicked');
  const service = await readService(ecs, ref, signal);
  const current = await readRevision(ecs, service.taskDefinition, signal);
  const desired = change.desiredCount === service.desiredCount ? undefined : change.desiredCount;
  if (desired !== undefined && service.schedulingStrategy === 'DAEMON') throw countsInstances(ref);
  const settings = differingSettings(service, settingsOf(change));
  const images = imagesOf(content).map(({ container, reference }) => ({ container, image: reference }));
  const action: UpdateAction = {
    kind: 'update',
    register: { from: current.taskDefinition.taskDefinitionArn, images },
    ...(desired === undefined ? {} : { desiredCount: desired }),
    ...(change.forceNewDeployment === true ? { forceNewDeployment: true } : {}),
    ...(settings === undefined ? {} : { settings }),
    ...taskBefore(change, content),
  };
  if (action.before !== undefined) requireDeployment(ref, service, action);
  const family = content.family ?? '';
  const { plan } = await describePlan(
    dependencies,
    {
      kind: 'deploy',
      title: `Deploy a new revision of ${family} to ${ref.service}`,
      ref,
      service,
      action,
      revision: current,
      current,
      content,
      moreChecks: [],
    },
    signal,
  );
  const calls = plan.calls
    .filter(({ operation }) => operation !== 'DescribeTaskDefinition')
    .map((call) => (call.operation === 'RegisterTaskDefinition' ? { ...call, target: family } : call));
  return { ...plan, calls };
}
