import type { LaunchType, PlacementConstraint } from '@aws-sdk/client-ecs';
import { chooseProviders } from './capacity-provider-choice.ts';
import type { EcsContext } from './context.ts';
import type { ServiceRecord, ServiceRevisionRecord, ServiceSettings, TaskDefinitionRecord } from './state.ts';
import type { TaskOrder } from './task-factory.ts';
import { isStopped } from './task-transitions.ts';

/** How a service starts one task of a service revision. Undefined when the task definition is permanently deleted. */
export function serviceTaskOrder(
  { state }: EcsContext,
  service: ServiceRecord,
  revision: ServiceRevisionRecord,
): TaskOrder | undefined {
  const record = state.taskDefinitions.get(revision.taskDefinition);
  if (record === undefined) return undefined;
  const { propagateTags, enableExecuteCommand, healthCheckGracePeriodSeconds } = service.settings;
  const providersInUse = [...state.tasks.inGroup(service.arn)]
    .filter((task) => task.revisionArn === revision.serviceRevisionArn && !isStopped(task))
    .map(({ task }) => task.capacityProviderName);
  const rollout = service.rollouts.find(({ revisionArn }) => revisionArn === revision.serviceRevisionArn);
  return {
    clusterArn: service.clusterArn,
    definition: record.definition,
    launchType: launchTypeOf(revision),
    nextProvider: chooseProviders(revision.capacityProviderStrategy, providersInUse),
    platformVersion: revision.platformVersion,
    group: `service:${service.name}`,
    startedBy: rollout?.id,
    subnet: revision.networkConfiguration?.awsvpcConfiguration?.subnets?.[0],
    placementConstraints: constraintsOf(service.settings, record.definition),
    tags: propagateTags === 'SERVICE' ? service.tags : propagateTags === 'TASK_DEFINITION' ? record.tags : [],
    enableExecuteCommand: enableExecuteCommand === true,
    overrides: undefined,
    serviceArn: service.arn,
    revisionArn: revision.serviceRevisionArn,
    containerImages: revision.containerImages,
    targetGroupArns: targetGroupsOf(revision),
    healthCheckGracePeriodSeconds: healthCheckGracePeriodSeconds ?? 0,
  };
}

/** Where a task of a service may be placed. A DAEMON has one on each instance. */
export function constraintsOf(
  { placementConstraints = [], schedulingStrategy }: ServiceSettings,
  definition: TaskDefinitionRecord['definition'],
): readonly PlacementConstraint[] {
  return [
    ...placementConstraints,
    ...(definition.placementConstraints ?? []),
    ...(schedulingStrategy === 'DAEMON' ? [{ type: 'distinctInstance' as const }] : []),
  ];
}

/** ECS starts on EC2 when neither a launch type nor capacity providers are named. */
export function launchTypeOf({
  launchType,
  capacityProviderStrategy,
}: Pick<ServiceRevisionRecord, 'launchType' | 'capacityProviderStrategy'>): LaunchType {
  const onFargate = capacityProviderStrategy?.some(({ capacityProvider }) =>
    capacityProvider?.startsWith('FARGATE'),
  );
  return launchType ?? (onFargate === true ? 'FARGATE' : 'EC2');
}

/** The target groups that tasks of a revision are registered in: those it settled on, where traffic is shifted. */
export function targetGroupsOf({
  loadBalancers,
  resolvedConfiguration,
}: ServiceRevisionRecord): readonly string[] {
  const used = resolvedConfiguration?.loadBalancers ?? loadBalancers ?? [];
  return used.flatMap(({ targetGroupArn }) => (targetGroupArn === undefined ? [] : [targetGroupArn]));
}
