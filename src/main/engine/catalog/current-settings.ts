import type {
  ContainerDefinition,
  DeploymentConfiguration,
  DeploymentLifecycleHook,
  Service,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import type { CurrentSettings } from '../../../shared/model/current-settings.ts';
import { revisionNameOf } from '../aws/arns.ts';

/** The settings of a service over one of its revisions. */
export function currentSettings(service: Service, taskDefinition: TaskDefinition): CurrentSettings {
  const { cpu, memory, taskDefinitionArn = '', containerDefinitions = [] } = taskDefinition;
  return {
    revision: revisionNameOf(taskDefinitionArn),
    cpu,
    memory,
    containers: containerDefinitions.map(containerSettings),
    ...buildPlatform(taskDefinition),
    ...deploymentSettings(service.deploymentConfiguration ?? {}),
    desiredCount: service.desiredCount ?? 0,
    healthCheckGracePeriodSeconds: service.healthCheckGracePeriodSeconds,
    enableExecuteCommand: service.enableExecuteCommand ?? false,
    platformVersion: service.platformVersion,
  };
}

/**
 * Fargate defaults to X86_64. On other capacity the architecture depends on the instances.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RuntimePlatform.html
 */
function buildPlatform({
  runtimePlatform,
  requiresCompatibilities = [],
}: TaskDefinition): Pick<CurrentSettings, 'buildPlatform'> {
  if (runtimePlatform?.operatingSystemFamily?.startsWith('WINDOWS') === true) return {};
  if (runtimePlatform?.cpuArchitecture === 'ARM64') return { buildPlatform: 'linux/arm64' };
  const isKnown =
    runtimePlatform?.cpuArchitecture !== undefined || requiresCompatibilities.includes('FARGATE');
  return isKnown ? { buildPlatform: 'linux/amd64' } : {};
}

function containerSettings(definition: ContainerDefinition): CurrentSettings['containers'][number] {
  const {
    name = '',
    image = '',
    cpu,
    memory,
    memoryReservation,
    environment = [],
    secrets = [],
  } = definition;
  return {
    container: name,
    image,
    // ECS answers 0 where no share was asked for.
    ...(cpu === undefined || cpu === 0 ? {} : { cpu }),
    memory,
    memoryReservation,
    environment: environment.map((variable) => ({ name: variable.name ?? '', value: variable.value ?? '' })),
    secrets: secrets.map((secret) => ({ name: secret.name ?? '', valueFrom: secret.valueFrom ?? '' })),
  };
}

type DeploymentPart = Pick<
  CurrentSettings,
  | 'strategy'
  | 'minimumHealthyPercent'
  | 'maximumPercent'
  | 'bakeTimeInMinutes'
  | 'stepPercent'
  | 'stepBakeTimeInMinutes'
  | 'canaryPercent'
  | 'canaryBakeTimeInMinutes'
  | 'circuitBreaker'
  | 'alarms'
  | 'hooks'
>;

function deploymentSettings(configuration: DeploymentConfiguration): DeploymentPart {
  const { linearConfiguration: linear, canaryConfiguration: canary, alarms } = configuration;
  return {
    strategy: configuration.strategy ?? 'ROLLING',
    minimumHealthyPercent: configuration.minimumHealthyPercent,
    maximumPercent: configuration.maximumPercent,
    bakeTimeInMinutes: configuration.bakeTimeInMinutes,
    stepPercent: linear?.stepPercent,
    stepBakeTimeInMinutes: linear?.stepBakeTimeInMinutes,
    canaryPercent: canary?.canaryPercent,
    canaryBakeTimeInMinutes: canary?.canaryBakeTimeInMinutes,
    circuitBreaker: breakerSettings(configuration),
    alarms: {
      enable: alarms?.enable ?? false,
      rollback: alarms?.rollback ?? false,
      names: alarms?.alarmNames ?? [],
    },
    hooks: (configuration.lifecycleHooks ?? []).map(hookSettings),
  };
}

function breakerSettings({
  deploymentCircuitBreaker: breaker,
}: DeploymentConfiguration): CurrentSettings['circuitBreaker'] {
  const { type, value } = breaker?.thresholdConfiguration ?? {};
  return {
    enable: breaker?.enable ?? false,
    rollback: breaker?.rollback ?? false,
    resetOnHealthyTask: breaker?.resetOnHealthyTask,
    ...(type === undefined || value === undefined ? {} : { threshold: { type, value } }),
  };
}

/** `smoke-test` of `arn:aws:lambda:eu-central-1:111122223333:function:smoke-test`, or a pause. */
function hookSettings({
  targetType,
  hookTargetArn,
  lifecycleStages = [],
}: DeploymentLifecycleHook): CurrentSettings['hooks'][number] {
  const name = targetType === 'PAUSE' ? 'pause' : (hookTargetArn?.split(':').at(-1) ?? 'hook');
  return { name, stages: [...lifecycleStages] };
}
