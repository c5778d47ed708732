import {
  BatchGetDeploymentTargetsCommand,
  type CodeDeployClient,
  type DeploymentInfo,
  type ECSTarget,
  type ECSTaskSet,
  GetDeploymentCommand,
  ListDeploymentsCommand,
  ListDeploymentTargetsCommand,
} from '@aws-sdk/client-codedeploy';
import type { CodeDeployDeployment, CodeDeployTaskSet } from '../../../../shared/model/code-deploy.ts';
import { revisionNameOf } from '../../aws/arns.ts';
import { codeDeployConsoleUrl } from '../../catalog/console-urls.ts';
import { taskDefinitionIn } from '../plan/app-spec.ts';
import type { DeploymentGroup } from '../plan/deployment-group.ts';
import { outcomeOf, sentenceOf, startedBy, waysFor } from './deployment-label.ts';

/** Where a deployment is, for links and commands. */
interface Where {
  readonly region: string;
  /** Of the AWS CLI: the profile, the region and the endpoint. */
  readonly options: readonly string[];
  /** What each task set of the service runs, by its id: an AppSpec that lies in S3 does not tell. */
  readonly revisionOfSet: ReadonlyMap<string, string>;
}

/** The newest deployment of a group, as CodeDeploy lists the newest first. Undefined when there was none. */
export async function readNewestDeployment(
  client: CodeDeployClient,
  { application, name }: DeploymentGroup,
  where: Where,
  signal: AbortSignal,
): Promise<CodeDeployDeployment | undefined> {
  const abort = { abortSignal: signal };
  const { deployments = [] } = await client.send(
    new ListDeploymentsCommand({ applicationName: application, deploymentGroupName: name }),
    abort,
  );
  const [deploymentId] = deployments;
  if (deploymentId === undefined) return undefined;
  const [{ deploymentInfo = {} }, target] = await Promise.all([
    client.send(new GetDeploymentCommand({ deploymentId }), abort),
    readTarget(client, deploymentId, signal),
  ]);
  return deploymentOf(deploymentId, deploymentInfo, target, where);
}

/** The one target of a deployment to ECS, which is there once the deployment has started. */
async function readTarget(
  client: CodeDeployClient,
  deploymentId: string,
  signal: AbortSignal,
): Promise<ECSTarget> {
  const abort = { abortSignal: signal };
  const { targetIds = [] } = await client.send(new ListDeploymentTargetsCommand({ deploymentId }), abort);
  const [targetId] = targetIds;
  if (targetId === undefined) return {};
  const command = new BatchGetDeploymentTargetsCommand({ deploymentId, targetIds: [targetId] });
  const { deploymentTargets } = await client.send(command, abort);
  return deploymentTargets?.[0]?.ecsTarget ?? {};
}

function deploymentOf(
  id: string,
  info: DeploymentInfo,
  { taskSetsInfo = [], lifecycleEvents = [] }: ECSTarget,
  { region, options, revisionOfSet }: Where,
): CodeDeployDeployment {
  const taskSets = taskSetsInfo.map((set) => taskSetOf(set, info, revisionOfSet));
  const replacement = taskSetsInfo.find(({ taskSetLabel }) => taskSetLabel === 'Green');
  const revision = revisionOf(info.revision) ?? revisionOfSet.get(replacement?.identifer ?? '');
  const { code, message } = info.errorInformation ?? {};
  const { rollbackDeploymentId, rollbackTriggeringDeploymentId } = info.rollbackInfo ?? {};
  return {
    id,
    status: info.status ?? 'Unknown',
    outcome: outcomeOf(info),
    sentence: sentenceOf(info),
    ...(revision === undefined ? {} : { revision }),
    ...(info.deploymentConfigName === undefined ? {} : { config: info.deploymentConfigName }),
    ...(info.description === undefined ? {} : { description: info.description }),
    startedBy: startedBy(info.creator),
    ...(info.createTime === undefined ? {} : { createdAt: info.createTime.toISOString() }),
    ...(info.completeTime === undefined ? {} : { finishedAt: info.completeTime.toISOString() }),
    ...(code === undefined ? {} : { error: { code, message: message ?? '' } }),
    taskSets,
    events: lifecycleEvents.map(({ lifecycleEventName, status, startTime, endTime, diagnostics }) => ({
      name: lifecycleEventName ?? '',
      status: status ?? 'Unknown',
      ...(startTime === undefined ? {} : { startedAt: startTime.toISOString() }),
      ...(endTime === undefined ? {} : { endedAt: endTime.toISOString() }),
      ...(diagnostics?.message ? { message: diagnostics.message } : {}),
    })),
    ...(rollbackDeploymentId === undefined ? {} : { rolledBackBy: rollbackDeploymentId }),
    ...(rollbackTriggeringDeploymentId === undefined ? {} : { rollsBack: rollbackTriggeringDeploymentId }),
    consoleUrl: codeDeployConsoleUrl(region, id),
    ways: [...waysFor(id, info, options)],
  };
}

function taskSetOf(
  set: ECSTaskSet,
  { revision, previousRevision }: DeploymentInfo,
  revisionOfSet: ReadonlyMap<string, string>,
): CodeDeployTaskSet {
  const isNew = set.taskSetLabel === 'Green';
  const id = set.identifer ?? '';
  const known = revisionOfSet.get(id) ?? revisionOf(isNew ? revision : previousRevision);
  return {
    id,
    role: isNew ? 'new' : 'old',
    revision: known ?? (isNew ? 'the replacement' : 'the original'),
    percent: set.trafficWeight ?? 0,
    desired: set.desiredCount ?? 0,
    running: set.runningCount ?? 0,
    pending: set.pendingCount ?? 0,
  };
}

function revisionOf(location: DeploymentInfo['revision']): string | undefined {
  const content = location?.appSpecContent?.content ?? location?.string?.content;
  const named = taskDefinitionIn(content);
  return named === undefined ? undefined : revisionNameOf(named);
}
