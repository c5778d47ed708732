import { lastPart, serviceArn } from './arns.ts';
import type { EcsContext } from './context.ts';
import type { ControlledServices, ControlledTaskSet, NewTaskSet } from './controlled-service.ts';
import type { DeploymentEngine } from './deployment-engine.ts';
import { serviceNotFound } from './errors.ts';
import { requireDeployableTaskDefinition } from './lookups.ts';
import type { ServiceRecord, TaskSetRecord } from './state.ts';
import { addTaskSet, changeTaskSet, makePrimary, viewTaskSet } from './task-sets.ts';

/** The services of a region that CodeDeploy deploys, and how it moves their task sets. */
export function createControlledServices(context: EcsContext, engine: DeploymentEngine): ControlledServices {
  const { state, home } = context;

  function requireService(arn: string): ServiceRecord {
    const service = state.services.get(arn);
    if (service?.status !== 'ACTIVE') throw serviceNotFound();
    return service;
  }

  return {
    find(cluster, name) {
      const service = state.services.get(serviceArn(home, lastPart(cluster), lastPart(name)));
      if (service?.status !== 'ACTIVE') return undefined;
      return service.settings.deploymentController?.type === 'CODE_DEPLOY' ? service.arn : undefined;
    },

    taskSets(arn) {
      const service = state.services.get(arn);
      if (service === undefined) return [];
      return [...state.taskSets.inGroup(arn)].map((record) => controlled(context, service, record));
    },

    createTaskSet(arn, content) {
      const service = requireService(arn);
      const { definition } = requireDeployableTaskDefinition(context, content.taskDefinition);
      const primary = [...state.taskSets.inGroup(arn)].find(({ taskSet }) => taskSet.status === 'PRIMARY');
      const like = primary?.taskSet;
      const { taskSet } = addTaskSet(
        context,
        service,
        {
          taskDefinition: definition.taskDefinitionArn,
          externalId: content.externalId,
          launchType: like?.launchType,
          capacityProviderStrategy: like?.capacityProviderStrategy,
          platformVersion: content.platformVersion ?? like?.platformVersion,
          networkConfiguration: like?.networkConfiguration,
          serviceRegistries: like?.serviceRegistries,
          loadBalancers: balancersOf(content),
        },
        { status: 'ACTIVE', scale: { value: 100, unit: 'PERCENT' } },
      );
      engine.look(arn);
      return taskSet.taskSetArn;
    },

    makePrimary(arn) {
      const record = state.taskSets.get(arn);
      if (record === undefined) return;
      makePrimary(context, record);
      engine.look(record.taskSet.serviceArn);
    },

    deleteTaskSet(arn) {
      const record = state.taskSets.get(arn);
      if (record === undefined) return;
      changeTaskSet(context, record, { status: 'DRAINING' });
      engine.look(record.taskSet.serviceArn);
    },
  };
}

function balancersOf({ targetGroupArn, containerName, containerPort }: NewTaskSet) {
  return targetGroupArn === undefined ? [] : [{ targetGroupArn, containerName, containerPort }];
}

function controlled(context: EcsContext, service: ServiceRecord, record: TaskSetRecord): ControlledTaskSet {
  const {
    computedDesiredCount = 0,
    pendingCount = 0,
    runningCount = 0,
  } = viewTaskSet(context, service, record);
  const { taskSetArn, id, status, taskDefinition, loadBalancers, stabilityStatus } = record.taskSet;
  return {
    arn: taskSetArn,
    id,
    status,
    taskDefinitionArn: taskDefinition,
    targetGroupArn: loadBalancers?.[0]?.targetGroupArn,
    desiredCount: computedDesiredCount,
    pendingCount,
    runningCount,
    isSteady: stabilityStatus === 'STEADY_STATE',
  };
}
