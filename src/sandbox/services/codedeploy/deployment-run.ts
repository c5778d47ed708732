import type { ErrorInformation } from '@aws-sdk/client-codedeploy';
import { AwsError } from '../../aws-api/service.ts';
import type { Clock } from '../../core/clock.ts';
import type { ControlledServices, ControlledTaskSet } from '../ecs/simulation/controlled-service.ts';
import { readAppSpec } from './app-spec.ts';
import { newDeploymentId } from './deployment-id.ts';
import { atEvent, interrupted, newLifecycle, passedUpTo } from './lifecycle.ts';
import { type CodeDeployState, type DeploymentRecord, type GroupRecord, groupKey } from './state.ts';
import { trafficSteps } from './traffic-plan.ts';

/** What the simulated CodeDeploy of a region works with. */
export interface CodeDeployContext {
  readonly state: CodeDeployState;
  readonly clock: Clock;
  readonly services: ControlledServices;
}

/** Moves deployments on as the clock goes. */
export interface DeploymentRun {
  begin(deployment: DeploymentRecord): void;
  /** Continues with a deployment that waits, for its traffic or for the end of the original task set. */
  continueDeployment(deployment: DeploymentRecord): void;
  stop(deployment: DeploymentRecord, rollsBack: boolean): void;
  /** Continues with all that was in progress when the sandbox ended. */
  resume(): void;
}

const POLL_MS = 5_000;
/** CodeDeploy waits for so long for the replacement task set. */
const INSTALL_LIMIT_MS = 60 * 60_000;
const MINUTE_MS = 60_000;

const NOT_HEALTHY: ErrorInformation = {
  code: 'TIMEOUT',
  message:
    'The deployment timed out while waiting for the replacement task set to become healthy. This time out period is 60 minutes.',
};
const STOPPED: ErrorInformation = {
  code: 'MANUAL_STOP',
  message: 'The deployment was stopped by a user.',
};
const NOT_CONTINUED: ErrorInformation = {
  code: 'TIMEOUT',
  message: 'The deployment was not continued within its wait time and was stopped.',
};

export function createDeploymentRun({ state, clock, services }: CodeDeployContext): DeploymentRun {
  const isOver = ({ stage }: DeploymentRecord): boolean => stage === 'over';
  const after = (time: Date, milliseconds: number): Date => new Date(time.getTime() + milliseconds);

  function put(deployment: DeploymentRecord, changes: Partial<DeploymentRecord>): DeploymentRecord {
    const changed = { ...deployment, ...changes, updatedAt: clock.now() };
    state.deployments.put(changed);
    return changed;
  }

  /** Writes a deployment down, to be looked at again at that moment. */
  function refresh(
    deployment: DeploymentRecord,
    nextAt: Date,
    changes: Partial<DeploymentRecord> = {},
  ): void {
    wake(put(deployment, { ...changes, nextAt }));
  }

  function enter(deployment: DeploymentRecord, changes: Partial<DeploymentRecord>): void {
    const now = clock.now();
    look(put(deployment, { ...changes, stageEnteredAt: now, nextAt: now }));
  }

  function wake({ id, nextAt }: DeploymentRecord): void {
    if (nextAt === undefined) return;
    clock.schedule(nextAt, () => {
      const deployment = state.deployments.get(id);
      // It was continued or stopped meanwhile, and is looked at at another moment.
      if (deployment?.nextAt?.getTime() === nextAt.getTime() && !isOver(deployment)) look(deployment);
    });
  }

  function look(deployment: DeploymentRecord): void {
    switch (deployment.stage) {
      case 'begin':
        install(deployment);
        return;
      case 'install':
        lookAtReplacement(deployment);
        return;
      case 'ready':
        lookAtWait(deployment);
        return;
      case 'shift':
        shiftTraffic(deployment);
        return;
      case 'terminate':
        endOriginal(deployment);
        return;
      case 'restore':
        restore(deployment);
        return;
      case 'over':
        return;
    }
  }

  function install(deployment: DeploymentRecord): void {
    const now = clock.now();
    const sets = services.taskSets(deployment.serviceArn);
    const blue = sets.find(({ status }) => status === 'PRIMARY');
    // What an earlier deployment has left behind would keep its tasks forever.
    for (const { arn, status } of sets) if (status === 'ACTIVE') services.deleteTaskSet(arn);
    const lifecycle = atEvent(deployment.lifecycle, 'Install', now);
    const started = put(deployment, { status: 'InProgress', startedAt: now, blue: blue?.arn, lifecycle });
    try {
      const { taskDefinition, ...rest } = readAppSpec(deployment.revision);
      const green = services.createTaskSet(deployment.serviceArn, {
        ...rest,
        taskDefinition,
        targetGroupArn: otherGroup(groupOf(deployment), blue),
        externalId: deployment.id,
      });
      refresh(started, after(now, POLL_MS), { stage: 'install', stageEnteredAt: now, green });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const message = `The ECS service cannot be updated due to an exception thrown: ${error.message}`;
      fail(started, { code: 'ECS_UPDATE_ERROR', message });
    }
  }

  function lookAtReplacement(deployment: DeploymentRecord): void {
    const now = clock.now();
    const green = services.taskSets(deployment.serviceArn).find(({ arn }) => arn === deployment.green);
    if (green === undefined) {
      const message = `The ECS service ${deployment.serviceArn} no longer exists.`;
      fail(deployment, { code: 'INVALID_ECS_SERVICE', message });
      return;
    }
    if (green.isSteady) {
      const lifecycle = passedUpTo(deployment.lifecycle, 'AfterInstall', now);
      const { deploymentReadyOption } = groupOf(deployment)?.blueGreenDeploymentConfiguration ?? {};
      const waits = deploymentReadyOption?.actionOnTimeout === 'STOP_DEPLOYMENT';
      enter(
        deployment,
        waits ? { stage: 'ready', status: 'Ready', lifecycle } : { stage: 'shift', lifecycle },
      );
      return;
    }
    if (now.getTime() - deployment.stageEnteredAt.getTime() >= INSTALL_LIMIT_MS)
      fail(deployment, NOT_HEALTHY);
    else refresh(deployment, after(now, POLL_MS));
  }

  function lookAtWait(deployment: DeploymentRecord): void {
    const { deploymentReadyOption } = groupOf(deployment)?.blueGreenDeploymentConfiguration ?? {};
    const minutes = deploymentReadyOption?.waitTimeInMinutes ?? 0;
    const until = after(deployment.stageEnteredAt, minutes * MINUTE_MS);
    if (clock.now() < until) refresh(deployment, until);
    else end(deployment, 'Stopped', NOT_CONTINUED, 'DEPLOYMENT_STOP_ON_REQUEST');
  }

  function shiftTraffic(deployment: DeploymentRecord): void {
    const now = clock.now();
    const steps = trafficSteps(deployment.configName);
    const begunAt = deployment.stageEnteredAt;
    const due = steps.filter(({ afterSeconds }) => after(begunAt, afterSeconds * 1000) <= now);
    const greenPercent = due.at(-1)?.percent ?? 0;
    const next = steps[due.length];
    const lifecycle = atEvent(deployment.lifecycle, 'AllowTraffic', now);
    if (next !== undefined) {
      const nextAt = after(begunAt, next.afterSeconds * 1000);
      refresh(deployment, nextAt, { greenPercent, lifecycle, status: 'InProgress' });
      return;
    }
    if (deployment.green !== undefined) services.makePrimary(deployment.green);
    enter(deployment, {
      stage: 'terminate',
      status: 'InProgress',
      greenPercent,
      lifecycle: passedUpTo(lifecycle, 'AfterAllowTraffic', now),
    });
  }

  function endOriginal(deployment: DeploymentRecord): void {
    const option =
      groupOf(deployment)?.blueGreenDeploymentConfiguration?.terminateBlueInstancesOnDeploymentSuccess;
    const until = after(deployment.stageEnteredAt, (option?.terminationWaitTimeInMinutes ?? 0) * MINUTE_MS);
    if (clock.now() < until) refresh(deployment, until);
    else succeed(deployment);
  }

  function succeed(deployment: DeploymentRecord): void {
    if (deployment.blue !== undefined) services.deleteTaskSet(deployment.blue);
    const { id, createdAt } = put(deployment, {
      stage: 'over',
      status: 'Succeeded',
      completedAt: clock.now(),
      nextAt: undefined,
    });
    const group = groupOf(deployment);
    if (group === undefined) return;
    const endTime = clock.now();
    state.groups.put({
      ...group,
      targetRevision: deployment.revision,
      lastSuccessfulDeployment: { deploymentId: id, status: 'Succeeded', createTime: createdAt, endTime },
    });
  }

  function fail(deployment: DeploymentRecord, error: ErrorInformation): void {
    end(deployment, 'Failed', error, 'DEPLOYMENT_FAILURE');
  }

  function end(
    deployment: DeploymentRecord,
    status: 'Failed' | 'Stopped',
    error: ErrorInformation,
    event: 'DEPLOYMENT_FAILURE' | 'DEPLOYMENT_STOP_ON_REQUEST',
  ): void {
    const now = clock.now();
    const { enabled, events = [] } = deployment.autoRollback ?? {};
    const lifecycle = interrupted(deployment.lifecycle, now);
    const ended = put(deployment, {
      stage: 'over',
      status,
      error,
      lifecycle,
      completedAt: now,
      nextAt: undefined,
    });
    const isRollback = deployment.creator === 'codeDeployRollback';
    if (enabled === true && events.includes(event) && !isRollback) rollBack(ended);
  }

  /** CodeDeploy goes back with a deployment of its own. */
  function rollBack(failed: DeploymentRecord): void {
    const now = clock.now();
    const id = newDeploymentId();
    const rollbackMessage = `Deployment ${failed.id} did not succeed; its service goes back to the original task set.`;
    put(failed, { rollback: { rollbackDeploymentId: id, rollbackMessage } });
    wake(
      put(failed, {
        id,
        creator: 'codeDeployRollback',
        description: undefined,
        revision: failed.previousRevision ?? failed.revision,
        status: 'InProgress',
        stage: 'restore',
        stageEnteredAt: now,
        createdAt: now,
        startedAt: now,
        completedAt: undefined,
        error: undefined,
        rollback: { rollbackTriggeringDeploymentId: failed.id, rollbackMessage },
        lifecycle: newLifecycle(),
        nextAt: after(now, POLL_MS),
      }),
    );
  }

  /** The original task set gets its traffic back, and the replacement goes. */
  function restore(deployment: DeploymentRecord): void {
    const now = clock.now();
    if (deployment.blue !== undefined) services.makePrimary(deployment.blue);
    if (deployment.green !== undefined) services.deleteTaskSet(deployment.green);
    put(deployment, {
      stage: 'over',
      status: 'Succeeded',
      greenPercent: 0,
      lifecycle: passedUpTo(deployment.lifecycle, 'AfterAllowTraffic', now),
      completedAt: now,
      nextAt: undefined,
    });
  }

  function groupOf(deployment: DeploymentRecord): GroupRecord | undefined {
    return state.groups.get(groupKey(deployment.applicationName, deployment.deploymentGroupName));
  }

  return {
    begin: (deployment) => {
      state.deployments.put(deployment);
      wake(deployment);
    },
    continueDeployment(deployment) {
      if (deployment.stage === 'ready') enter(deployment, { stage: 'shift' });
      else if (deployment.stage === 'terminate') succeed(deployment);
    },
    stop(deployment, rollsBack) {
      const autoRollback = { enabled: rollsBack, events: ['DEPLOYMENT_STOP_ON_REQUEST' as const] };
      end({ ...deployment, autoRollback }, 'Stopped', STOPPED, 'DEPLOYMENT_STOP_ON_REQUEST');
    },
    resume() {
      for (const deployment of state.deployments.all()) if (!isOver(deployment)) wake(deployment);
    },
  };
}

/** The target group of the pair that the original task set does not use. */
function otherGroup(group: GroupRecord | undefined, blue: ControlledTaskSet | undefined): string | undefined {
  const [pair] = group?.loadBalancerInfo?.targetGroupPairInfoList ?? [];
  const names = (pair?.targetGroups ?? []).flatMap(({ name }) => name ?? []);
  const used = blue?.targetGroupArn;
  if (used === undefined) return undefined;
  const name = names.find((each) => each !== targetGroupName(used));
  return name === undefined ? used : used.replace(/targetgroup\/[^/]+/, `targetgroup/${name}`);
}

/** The name in the ARN of a target group. */
export function targetGroupName(arn: string): string {
  return arn.split('/').at(1) ?? arn;
}
