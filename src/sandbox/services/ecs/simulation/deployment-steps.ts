import type {
  DeploymentConfiguration,
  DeploymentLifecycleHookStage,
  ServiceDeploymentLifecycleStage,
} from '@aws-sdk/client-ecs';
import { assertNever } from './assert-never.ts';
import type { ServiceDeploymentRecord } from './state.ts';
import type { TrafficWeights } from './traffic-weights.ts';

/** What a step waits for before the next one starts. */
export type StepEnd =
  | { readonly kind: 'next-round' }
  | { readonly kind: 'hooks'; readonly stage: DeploymentLifecycleHookStage }
  /** Every task of the target is healthy. */
  | { readonly kind: 'target-up' }
  /** The same, and no task of the source is meant to run any more. */
  | { readonly kind: 'source-replaced' }
  /** The same, and the tasks of the source have stopped. */
  | { readonly kind: 'source-gone' }
  | { readonly kind: 'minutes'; readonly minutes: number };

/** One step of a deployment on its way forward. */
export interface DeploymentStep {
  readonly stage: ServiceDeploymentLifecycleStage;
  /** Undefined where no traffic is shifted. */
  readonly weights: TrafficWeights | undefined;
  readonly end: StepEnd;
}

/** How long ECS continues watching the alarms of a rolling deployment that is up. */
const ROLLING_BAKE_MINUTES = 5;
const DEFAULT_STEP_PERCENT = 10;
const DEFAULT_STEP_BAKE_MINUTES = 6;
const DEFAULT_CANARY_PERCENT = 5;
const DEFAULT_CANARY_BAKE_MINUTES = 10;

type PlannedFrom = Pick<ServiceDeploymentRecord, 'deploymentConfiguration' | 'sourceRevisionArns'>;

/** Whether a deployment brings its target up beside the source and then shifts the traffic. */
export function shiftsTraffic({ deploymentConfiguration, sourceRevisionArns }: PlannedFrom): boolean {
  const strategy = deploymentConfiguration?.strategy ?? 'ROLLING';
  return strategy !== 'ROLLING' && sourceRevisionArns.length > 0;
}

/**
 * All steps of a deployment, in order: they follow from its configuration alone.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-how-it-works.html
 */
export function stepsOf(deployment: PlannedFrom): readonly DeploymentStep[] {
  const { deploymentConfiguration: configuration = {} } = deployment;
  if (shiftsTraffic(deployment)) return shiftingSteps(configuration);
  // Hooks compare a new revision with the one before it, and a service's first tasks have none.
  const isFirst = deployment.sourceRevisionArns.length === 0;
  return rollingSteps(isFirst ? { ...configuration, lifecycleHooks: [] } : configuration);
}

/** Replacing task by task. The stages of hooks are gone through only where there are hooks. */
function rollingSteps(configuration: DeploymentConfiguration): readonly DeploymentStep[] {
  const step = (stage: ServiceDeploymentLifecycleStage, end: StepEnd): DeploymentStep => ({
    stage,
    weights: undefined,
    end,
  });
  const hooks = (stage: ServiceDeploymentLifecycleStage & DeploymentLifecycleHookStage): DeploymentStep[] =>
    hasHooksAt(configuration, stage) ? [step(stage, { kind: 'hooks', stage })] : [];
  const bakes = configuration.alarms?.enable === true;
  return [
    step('RECONCILE_SERVICE', { kind: 'next-round' }),
    ...hooks('RECONCILE_SERVICE'),
    ...hooks('PRE_SCALE_UP'),
    step('SCALE_UP', { kind: 'source-replaced' }),
    ...hooks('POST_SCALE_UP'),
    ...(bakes ? [step('BAKE_TIME', { kind: 'minutes', minutes: ROLLING_BAKE_MINUTES })] : []),
    step('CLEAN_UP', { kind: 'source-gone' }),
  ];
}

const NONE: TrafficWeights = { production: 0, test: 0 };
const TESTED: TrafficWeights = { production: 0, test: 100 };
const ALL: TrafficWeights = { production: 100, test: 100 };

function shiftingSteps(configuration: DeploymentConfiguration): readonly DeploymentStep[] {
  return [
    { stage: 'RECONCILE_SERVICE', weights: NONE, end: { kind: 'hooks', stage: 'RECONCILE_SERVICE' } },
    { stage: 'PRE_SCALE_UP', weights: NONE, end: { kind: 'hooks', stage: 'PRE_SCALE_UP' } },
    { stage: 'SCALE_UP', weights: NONE, end: { kind: 'target-up' } },
    { stage: 'POST_SCALE_UP', weights: NONE, end: { kind: 'hooks', stage: 'POST_SCALE_UP' } },
    { stage: 'TEST_TRAFFIC_SHIFT', weights: TESTED, end: { kind: 'hooks', stage: 'TEST_TRAFFIC_SHIFT' } },
    {
      stage: 'POST_TEST_TRAFFIC_SHIFT',
      weights: TESTED,
      end: { kind: 'hooks', stage: 'POST_TEST_TRAFFIC_SHIFT' },
    },
    ...productionSteps(configuration),
    {
      stage: 'POST_PRODUCTION_TRAFFIC_SHIFT',
      weights: ALL,
      end: { kind: 'hooks', stage: 'POST_PRODUCTION_TRAFFIC_SHIFT' },
    },
    {
      stage: 'BAKE_TIME',
      weights: ALL,
      end: { kind: 'minutes', minutes: configuration.bakeTimeInMinutes ?? 0 },
    },
    { stage: 'CLEAN_UP', weights: ALL, end: { kind: 'source-gone' } },
  ];
}

/** The shifts of production traffic, one after the other; each has its own hooks before and while it happens. */
function productionSteps(configuration: DeploymentConfiguration): readonly DeploymentStep[] {
  const { percents, bakeMinutes } = productionShifts(configuration);
  const stage = 'PRODUCTION_TRAFFIC_SHIFT';
  return percents.flatMap((production, index): DeploymentStep[] => {
    const before: TrafficWeights = { production: percents[index - 1] ?? 0, test: 100 };
    const after: TrafficWeights = { production, test: 100 };
    return [
      { stage, weights: before, end: { kind: 'hooks', stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT' } },
      { stage, weights: after, end: { kind: 'hooks', stage } },
      ...(production < 100
        ? [{ stage, weights: after, end: { kind: 'minutes', minutes: bakeMinutes } } as const]
        : []),
    ];
  });
}

/** The target's share of production traffic after each shift, and how long each but the last is watched. */
export function productionShifts({
  strategy = 'ROLLING',
  linearConfiguration: linear,
  canaryConfiguration: canary,
}: DeploymentConfiguration): { readonly percents: readonly number[]; readonly bakeMinutes: number } {
  switch (strategy) {
    case 'LINEAR': {
      const step = linear?.stepPercent ?? DEFAULT_STEP_PERCENT;
      const shifts = Math.ceil(100 / step);
      const percents = Array.from({ length: shifts }, (_, index) => Math.min(100, (index + 1) * step));
      return { percents, bakeMinutes: linear?.stepBakeTimeInMinutes ?? DEFAULT_STEP_BAKE_MINUTES };
    }
    case 'CANARY': {
      const first = canary?.canaryPercent ?? DEFAULT_CANARY_PERCENT;
      return {
        percents: first < 100 ? [first, 100] : [100],
        bakeMinutes: canary?.canaryBakeTimeInMinutes ?? DEFAULT_CANARY_BAKE_MINUTES,
      };
    }
    case 'BLUE_GREEN':
    case 'ROLLING':
      return { percents: [100], bakeMinutes: 0 };
    default:
      return assertNever(strategy);
  }
}

function hasHooksAt(
  { lifecycleHooks }: DeploymentConfiguration,
  stage: DeploymentLifecycleHookStage,
): boolean {
  return lifecycleHooks?.some(({ lifecycleStages }) => lifecycleStages?.includes(stage)) === true;
}

/** The step that a deployment is in. The last one once all are done. */
export function currentStep(deployment: ServiceDeploymentRecord): DeploymentStep {
  const steps = stepsOf(deployment);
  const step = steps[deployment.step] ?? steps.at(-1);
  if (step === undefined) throw new Error(`Service deployment ${deployment.arn} has no steps.`);
  return step;
}

/** Whether the target may have tasks: rolling deployments start at once, others from SCALE_UP on. */
export function hasReachedScaleUp(deployment: ServiceDeploymentRecord): boolean {
  return deployment.step >= stepsOf(deployment).findIndex(({ stage }) => stage === 'SCALE_UP');
}
