import {
  type CreateServiceRequest,
  type DeploymentConfiguration,
  type DeploymentControllerType,
  type DeploymentLifecycleHook,
  DeploymentLifecycleHookStage,
  DeploymentStrategy,
} from '@aws-sdk/client-ecs';
import { invalidParameter } from './errors.ts';

const LONGEST_BAKE_MINUTES = 1440;
/** Fourteen days. */
const LONGEST_HOOK_MINUTES = 20_160;
const STAGES_WITHOUT_PAUSE: ReadonlySet<string> = new Set(['TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT']);

type Routing = Pick<
  CreateServiceRequest,
  'loadBalancers' | 'serviceConnectConfiguration' | 'gatewayConnectors'
>;

/**
 * Throws InvalidParameterException for a deployment configuration that ECS refuses.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
 */
export function checkDeploymentConfiguration(
  configuration: DeploymentConfiguration = {},
  controller: DeploymentControllerType = 'ECS',
  routing: Routing,
): void {
  checkPercents(configuration, controller);
  checkCircuitBreaker(configuration, controller);
  checkAlarms(configuration, controller);
  checkStrategy(configuration, controller, routing);
  checkEarlySuccess(configuration);
  for (const hook of configuration.lifecycleHooks ?? []) checkHook(hook);
}

function checkPercents(
  { minimumHealthyPercent = 100, maximumPercent = 200, strategy = 'ROLLING' }: DeploymentConfiguration,
  controller: DeploymentControllerType,
): void {
  if (minimumHealthyPercent < 0 || maximumPercent < 100) {
    throw invalidParameter('minimumHealthyPercent must be at least 0 and maximumPercent at least 100.');
  }
  if (maximumPercent < minimumHealthyPercent) {
    throw invalidParameter('maximumPercent must be greater than or equal to minimumHealthyPercent.');
  }
  const isRolling = controller === 'ECS' && strategy === 'ROLLING';
  if (isRolling && minimumHealthyPercent === 100 && maximumPercent === 100) {
    throw invalidParameter(
      'Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.',
    );
  }
}

function checkCircuitBreaker(
  { deploymentCircuitBreaker: breaker }: DeploymentConfiguration,
  controller: DeploymentControllerType,
): void {
  if (breaker?.enable === true && controller !== 'ECS') {
    throw invalidParameter(
      'DeploymentCircuitBreaker feature can only be configured with ECS deployment controller.',
    );
  }
  const { type, value = 1 } = breaker?.thresholdConfiguration ?? {};
  if (type === undefined) return;
  if (value < 1 || !Number.isInteger(value)) {
    throw invalidParameter(
      'The threshold of the deployment circuit breaker must be a whole number of at least 1.',
    );
  }
  if (type === 'BOUNDED_PERCENT' && value > 100) {
    throw invalidParameter(
      'A BOUNDED_PERCENT threshold of the deployment circuit breaker must be at most 100.',
    );
  }
}

function checkAlarms({ alarms }: DeploymentConfiguration, controller: DeploymentControllerType): void {
  if (alarms?.enable !== true) return;
  if (controller !== 'ECS') {
    throw invalidParameter('DeploymentAlarms feature can only be configured with ECS deployment controller.');
  }
  if ((alarms.alarmNames ?? []).length === 0) {
    throw invalidParameter('alarmNames cannot be empty when deployment alarms are enabled.');
  }
}

function checkStrategy(
  configuration: DeploymentConfiguration,
  controller: DeploymentControllerType,
  routing: Routing,
): void {
  const { strategy = 'ROLLING', linearConfiguration: linear, canaryConfiguration: canary } = configuration;
  if (!Object.values(DeploymentStrategy).includes(strategy)) {
    throw invalidParameter(`Invalid deployment strategy '${String(strategy)}'.`);
  }
  if (strategy !== 'ROLLING' && controller !== 'ECS') {
    throw invalidParameter(`The ${strategy} deployment strategy needs the ECS deployment controller.`);
  }
  if (linear !== undefined && strategy !== 'LINEAR') {
    throw invalidParameter('linearConfiguration is only valid with the LINEAR deployment strategy.');
  }
  if (canary !== undefined && strategy !== 'CANARY') {
    throw invalidParameter('canaryConfiguration is only valid with the CANARY deployment strategy.');
  }
  checkRange('bakeTimeInMinutes', configuration.bakeTimeInMinutes, 0, LONGEST_BAKE_MINUTES);
  checkRange('stepPercent', linear?.stepPercent, 3, 100);
  checkRange('stepBakeTimeInMinutes', linear?.stepBakeTimeInMinutes, 0, LONGEST_BAKE_MINUTES);
  checkRange('canaryPercent', canary?.canaryPercent, 0.1, 100);
  checkRange('canaryBakeTimeInMinutes', canary?.canaryBakeTimeInMinutes, 0, LONGEST_BAKE_MINUTES);
  if (strategy !== 'ROLLING') checkRouting(strategy, routing);
}

/** Traffic is shifted by a load balancer's listener rules, or by Service Connect. */
function checkRouting(
  strategy: DeploymentStrategy,
  { loadBalancers = [], serviceConnectConfiguration, gatewayConnectors = [] }: Routing,
): void {
  for (const { advancedConfiguration: advanced } of loadBalancers) {
    const { alternateTargetGroupArn, productionListenerRule, roleArn } = advanced ?? {};
    if ([alternateTargetGroupArn, productionListenerRule, roleArn].includes(undefined)) {
      throw invalidParameter(
        `advancedConfiguration with alternateTargetGroupArn, productionListenerRule and roleArn is required for load balancers with the ${strategy} deployment strategy.`,
      );
    }
  }
  const isShiftable =
    loadBalancers.length + gatewayConnectors.length > 0 || serviceConnectConfiguration?.enabled === true;
  if (strategy !== 'BLUE_GREEN' && !isShiftable) {
    throw invalidParameter(
      `The ${strategy} deployment strategy requires a load balancer or Service Connect to shift traffic.`,
    );
  }
}

function checkEarlySuccess(configuration: DeploymentConfiguration): void {
  const { earlySuccessCriteria: criteria, strategy = 'ROLLING', minimumHealthyPercent = 100 } = configuration;
  if (criteria?.enable !== true) return;
  if (strategy !== 'ROLLING') {
    throw invalidParameter('earlySuccessCriteria is only valid with the ROLLING deployment strategy.');
  }
  const { healthyPercent, sourceServiceRevisionCleanup } = criteria;
  if (healthyPercent === undefined || sourceServiceRevisionCleanup === undefined) {
    throw invalidParameter(
      'healthyPercent and sourceServiceRevisionCleanup are required when earlySuccessCriteria is enabled.',
    );
  }
  checkRange('healthyPercent', healthyPercent, 0, 100);
  if (healthyPercent < minimumHealthyPercent) {
    throw invalidParameter('healthyPercent must be greater than or equal to minimumHealthyPercent.');
  }
}

function checkRange(name: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined || (value >= least && value <= most)) return;
  throw invalidParameter(`${name} must be between ${least} and ${most}.`);
}

function checkHook({
  targetType = 'AWS_LAMBDA',
  hookTargetArn,
  roleArn,
  lifecycleStages = [],
  timeoutConfiguration,
}: DeploymentLifecycleHook): void {
  if (lifecycleStages.length === 0)
    throw invalidParameter('lifecycleStages of a lifecycle hook cannot be empty.');
  for (const stage of lifecycleStages) {
    if (!Object.values(DeploymentLifecycleHookStage).includes(stage)) {
      throw invalidParameter(`Invalid lifecycle stage '${String(stage)}'.`);
    }
    if (targetType === 'PAUSE' && STAGES_WITHOUT_PAUSE.has(stage)) {
      throw invalidParameter(`PAUSE hooks cannot be configured at the ${stage} stage.`);
    }
  }
  if (targetType === 'AWS_LAMBDA' && (hookTargetArn === undefined || roleArn === undefined)) {
    throw invalidParameter('hookTargetArn and roleArn are required for AWS_LAMBDA lifecycle hooks.');
  }
  if (targetType === 'PAUSE' && hookTargetArn !== undefined) {
    throw invalidParameter('hookTargetArn is not valid for PAUSE lifecycle hooks.');
  }
  checkRange('timeoutInMinutes', timeoutConfiguration?.timeoutInMinutes, 1, LONGEST_HOOK_MINUTES);
}
