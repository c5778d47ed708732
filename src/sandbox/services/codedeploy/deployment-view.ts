import type { DeploymentInfo, DeploymentTarget, ECSTaskSet, TargetStatus } from '@aws-sdk/client-codedeploy';
import { lastPart } from '../ecs/simulation/arns.ts';
import type { ControlledServices } from '../ecs/simulation/controlled-service.ts';
import { targetGroupName } from './deployment-run.ts';
import type { DeploymentRecord, GroupRecord } from './state.ts';

/** A deployment as GetDeployment shows it. */
export function viewDeployment(deployment: DeploymentRecord, group: GroupRecord | undefined): DeploymentInfo {
  return {
    applicationName: deployment.applicationName,
    deploymentGroupName: deployment.deploymentGroupName,
    deploymentConfigName: deployment.configName,
    deploymentId: deployment.id,
    previousRevision: deployment.previousRevision,
    revision: deployment.revision,
    status: deployment.status,
    errorInformation: deployment.error,
    createTime: deployment.createdAt,
    startTime: deployment.startedAt,
    completeTime: deployment.completedAt,
    deploymentOverview: overviewOf(deployment),
    description: deployment.description,
    creator: deployment.creator,
    ignoreApplicationStopFailures: false,
    autoRollbackConfiguration: deployment.autoRollback,
    updateOutdatedInstancesOnly: false,
    rollbackInfo: deployment.rollback,
    deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
    instanceTerminationWaitTimeStarted: deployment.stage === 'terminate',
    blueGreenDeploymentConfiguration: group?.blueGreenDeploymentConfiguration,
    loadBalancerInfo: group?.loadBalancerInfo,
    fileExistsBehavior: 'DISALLOW',
    deploymentStatusMessages: [],
    computePlatform: 'ECS',
  };
}

/** The one target of a deployment to ECS: its service. */
export function viewTarget(services: ControlledServices, deployment: DeploymentRecord): DeploymentTarget {
  const sets = services.taskSets(deployment.serviceArn);
  const taskSetsInfo = [deployment.blue, deployment.green].flatMap((arn): ECSTaskSet[] => {
    const set = sets.find((each) => each.arn === arn);
    if (set === undefined) return [];
    const isGreen = arn === deployment.green;
    return [
      {
        identifer: set.id,
        desiredCount: set.desiredCount,
        pendingCount: set.pendingCount,
        runningCount: set.runningCount,
        status: set.status,
        trafficWeight: isGreen ? deployment.greenPercent : 100 - deployment.greenPercent,
        ...(set.targetGroupArn === undefined
          ? {}
          : { targetGroup: { name: targetGroupName(set.targetGroupArn) } }),
        taskSetLabel: isGreen ? 'Green' : 'Blue',
      },
    ];
  });
  return {
    deploymentTargetType: 'ECSTarget',
    ecsTarget: {
      deploymentId: deployment.id,
      targetId: targetIdOf(deployment),
      targetArn: deployment.serviceArn,
      lastUpdatedAt: deployment.updatedAt,
      lifecycleEvents: [...deployment.lifecycle],
      status: targetStatus(deployment),
      taskSetsInfo,
    },
  };
}

/** `cluster:service`. */
export function targetIdOf({ serviceArn }: DeploymentRecord): string {
  return `${serviceArn.split('/').at(1) ?? ''}:${lastPart(serviceArn)}`;
}

function targetStatus({ status, stage }: DeploymentRecord): TargetStatus {
  switch (status) {
    case 'Failed':
    case 'Stopped':
      return 'Failed';
    case 'Ready':
      return 'Ready';
    case 'Succeeded':
      return 'Succeeded';
    default:
      if (stage === 'begin') return 'Pending';
      return stage === 'terminate' ? 'Succeeded' : 'InProgress';
  }
}

function overviewOf(deployment: DeploymentRecord): DeploymentInfo['deploymentOverview'] {
  const status = targetStatus(deployment);
  const one = (...names: readonly TargetStatus[]): number => (names.includes(status) ? 1 : 0);
  return {
    Pending: one('Pending'),
    InProgress: one('InProgress'),
    Succeeded: one('Succeeded'),
    Failed: one('Failed'),
    Skipped: 0,
    Ready: one('Ready'),
  };
}
