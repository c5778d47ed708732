import {
  BatchGetDeploymentsCommand,
  BatchGetDeploymentTargetsCommand,
  BatchLimitExceededException$,
  ContinueDeploymentCommand,
  CreateDeploymentCommand,
  type CreateDeploymentInput,
  DeploymentAlreadyCompletedException$,
  DeploymentDoesNotExistException$,
  DeploymentIsNotInReadyStateException$,
  DeploymentLimitExceededException$,
  DeploymentTargetDoesNotExistException$,
  GetDeploymentCommand,
  GetDeploymentTargetCommand,
  InvalidECSServiceException$,
  ListDeploymentsCommand,
  type ListDeploymentsInput,
  ListDeploymentTargetsCommand,
  StopDeploymentCommand,
  StopStatus,
} from '@aws-sdk/client-codedeploy';
import { awsError, type Operation, operation } from '../../aws-api/service.ts';
import { readAppSpec } from './app-spec.ts';
import { newDeploymentId } from './deployment-id.ts';
import type { CodeDeployContext, DeploymentRun } from './deployment-run.ts';
import { targetIdOf, viewDeployment, viewTarget } from './deployment-view.ts';
import { requireGroup } from './group-operations.ts';
import { newLifecycle } from './lifecycle.ts';
import { pageOf } from './pages.ts';
import { type DeploymentRecord, groupKey } from './state.ts';
import { trafficSteps } from './traffic-plan.ts';

/** A region of the simulated CodeDeploy. */
export interface CodeDeployRegion extends CodeDeployContext {
  readonly run: DeploymentRun;
}

const BATCH = 25;
/** A new deployment is Created for a moment before it starts. */
const BEGINS_AFTER_MS = 2_000;

/** Deployments, and the one target that each has. */
export function deploymentOperations(regionOf: (region: string) => CodeDeployRegion): readonly Operation[] {
  return [
    operation(CreateDeploymentCommand, (input, { region }) => {
      const here = regionOf(region);
      const deployment = newDeployment(here, input);
      here.run.begin(deployment);
      return { deploymentId: deployment.id };
    }),

    operation(GetDeploymentCommand, ({ deploymentId = '' }, { region }) => {
      const here = regionOf(region);
      return { deploymentInfo: view(here, requireDeployment(here, deploymentId)) };
    }),

    operation(BatchGetDeploymentsCommand, ({ deploymentIds = [] }, { region }) => {
      const here = regionOf(region);
      if (deploymentIds.length > BATCH) {
        throw awsError(
          BatchLimitExceededException$,
          `At most ${BATCH} deployments can be asked for at once.`,
        );
      }
      const found = deploymentIds.flatMap((id) => here.state.deployments.get(id) ?? []);
      return { deploymentsInfo: found.map((deployment) => view(here, deployment)) };
    }),

    operation(ListDeploymentsCommand, (input, { region }) => {
      const newestFirst = listed(regionOf(region), input).toReversed();
      const { items, next } = pageOf(newestFirst, input.nextToken);
      return { deployments: items.map(({ id }) => id), nextToken: next };
    }),

    operation(ListDeploymentTargetsCommand, ({ deploymentId = '' }, { region }) => ({
      targetIds: [targetIdOf(requireDeployment(regionOf(region), deploymentId))],
    })),

    operation(GetDeploymentTargetCommand, ({ deploymentId = '', targetId = '' }, { region }) => {
      const here = regionOf(region);
      const deployment = requireDeployment(here, deploymentId);
      requireTarget(deployment, targetId);
      return { deploymentTarget: viewTarget(here.services, deployment) };
    }),

    operation(BatchGetDeploymentTargetsCommand, ({ deploymentId = '', targetIds = [] }, { region }) => {
      const here = regionOf(region);
      const deployment = requireDeployment(here, deploymentId);
      for (const id of targetIds) requireTarget(deployment, id);
      return { deploymentTargets: targetIds.map(() => viewTarget(here.services, deployment)) };
    }),

    operation(ContinueDeploymentCommand, ({ deploymentId = '', deploymentWaitType }, { region }) => {
      const here = regionOf(region);
      const deployment = requireInFlight(here, deploymentId);
      const waitsFor = deploymentWaitType === 'TERMINATION_WAIT' ? 'terminate' : 'ready';
      if (deployment.stage !== waitsFor) {
        const message = `The deployment ${deploymentId} is not in a state in which it waits to be continued.`;
        throw awsError(DeploymentIsNotInReadyStateException$, message);
      }
      here.run.continueDeployment(deployment);
      return {};
    }),

    operation(StopDeploymentCommand, ({ deploymentId = '', autoRollbackEnabled }, { region }) => {
      const here = regionOf(region);
      const deployment = requireInFlight(here, deploymentId);
      here.run.stop(deployment, autoRollbackEnabled ?? deployment.autoRollback?.enabled ?? false);
      return { status: StopStatus.SUCCEEDED, statusMessage: 'The deployment was stopped.' };
    }),
  ];
}

function newDeployment(here: CodeDeployRegion, input: CreateDeploymentInput): DeploymentRecord {
  const { applicationName = '', deploymentGroupName = '', description } = input;
  const { state, clock, services } = here;
  const group = requireGroup(here, applicationName, deploymentGroupName);
  const revision = input.revision ?? group.targetRevision ?? {};
  readAppSpec(revision);
  const configName = input.deploymentConfigName ?? group.deploymentConfigName;
  trafficSteps(configName);
  const [named] = group.ecsServices ?? [];
  const serviceArn = services.find(named?.clusterName ?? '', named?.serviceName ?? '');
  if (serviceArn === undefined) {
    const message = `The ECS service ${named?.serviceName ?? ''} cannot be found.`;
    throw awsError(InvalidECSServiceException$, message);
  }
  const inGroup = [...state.deployments.inGroup(groupKey(applicationName, deploymentGroupName))];
  const active = inGroup.find(({ stage }) => stage !== 'over');
  if (active !== undefined) {
    const message = `The Deployment Group '${deploymentGroupName}' already has an active Deployment '${active.id}'`;
    throw awsError(DeploymentLimitExceededException$, message);
  }
  const now = clock.now();
  return {
    id: newDeploymentId(),
    applicationName,
    deploymentGroupName,
    configName,
    serviceArn,
    revision: { revisionType: 'AppSpecContent', ...revision },
    previousRevision: group.targetRevision,
    description,
    creator: 'user',
    autoRollback: input.autoRollbackConfiguration ?? group.autoRollbackConfiguration,
    status: 'Created',
    stage: 'begin',
    stageEnteredAt: now,
    createdAt: now,
    startedAt: undefined,
    completedAt: undefined,
    updatedAt: now,
    error: undefined,
    rollback: undefined,
    blue: undefined,
    green: undefined,
    greenPercent: 0,
    lifecycle: newLifecycle(),
    nextAt: new Date(now.getTime() + BEGINS_AFTER_MS),
  };
}

function listed({ state }: CodeDeployRegion, input: ListDeploymentsInput): readonly DeploymentRecord[] {
  const { applicationName, deploymentGroupName, includeOnlyStatuses = [], createTimeRange } = input;
  const { start, end } = createTimeRange ?? {};
  const all =
    applicationName === undefined || deploymentGroupName === undefined
      ? state.deployments.all()
      : state.deployments.inGroup(groupKey(applicationName, deploymentGroupName));
  return [...all].filter(
    ({ status, createdAt }) =>
      (includeOnlyStatuses.length === 0 || includeOnlyStatuses.includes(status)) &&
      (start === undefined || createdAt >= start) &&
      (end === undefined || createdAt <= end),
  );
}

function view({ state }: CodeDeployRegion, deployment: DeploymentRecord) {
  const { applicationName, deploymentGroupName } = deployment;
  return viewDeployment(deployment, state.groups.get(groupKey(applicationName, deploymentGroupName)));
}

function requireDeployment({ state }: CodeDeployRegion, id: string): DeploymentRecord {
  const deployment = state.deployments.get(id);
  if (deployment !== undefined) return deployment;
  throw awsError(DeploymentDoesNotExistException$, `The deployment ${id} could not be found.`);
}

function requireInFlight(here: CodeDeployRegion, id: string): DeploymentRecord {
  const deployment = requireDeployment(here, id);
  if (deployment.stage !== 'over') return deployment;
  throw awsError(DeploymentAlreadyCompletedException$, `The deployment ${id} is already completed.`);
}

function requireTarget(deployment: DeploymentRecord, targetId: string): void {
  if (targetId === targetIdOf(deployment) || targetId === deployment.serviceArn) return;
  throw awsError(
    DeploymentTargetDoesNotExistException$,
    `The target ${targetId} could not be found for deployment: ${deployment.id}.`,
  );
}
