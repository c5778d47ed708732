import type { DeploymentConfiguration, ServiceDeployment } from '@aws-sdk/client-ecs';
import type { Stage } from '../../../../shared/model/deployment.ts';

/** A stage as it was last seen; a step of the traffic counts as one of its own. */
export interface SeenStage {
  readonly key: string;
  readonly since: Date;
}

const MINUTE_MS = 60_000;

/** What ECS takes when the service does not say: "Service deployment options" of the ECS Developer Guide. */
const LINEAR_STEP_MINUTES = 6;
const CANARY_MINUTES = 10;

/**
 * When the stage of a deployment started. ECS does not report it, so this is the last moment at which ECS says that it has
 * changed anything, which comes before it is seen; or that, where ECS says nothing newer than the stage before.
 */
export function stageSeen(
  before: SeenStage | undefined,
  current: ServiceDeployment,
  now: Date,
): SeenStage | undefined {
  const { lifecycleStage, updatedAt } = current;
  if (lifecycleStage === undefined) return undefined;
  const key = `${lifecycleStage} ${productionWeight(current) ?? ''}`;
  if (before?.key === key) return before;
  const isNews = updatedAt !== undefined && (before === undefined || updatedAt > before.since);
  return { key, since: isNews ? updatedAt : now };
}

/**
 * The stage, and when its bake time has ended, from the strategy's settings. `pace`: how many minutes of that ECS pass
 * in one of ours, as the host says that has made its clock.
 */
export function stageOf(
  current: ServiceDeployment,
  seen: SeenStage | undefined,
  pace: number,
): Stage | undefined {
  const { lifecycleStage } = current;
  if (lifecycleStage === undefined || current.finishedAt !== undefined) return undefined;
  if (seen === undefined) return { name: lifecycleStage };
  const since = seen.since.toISOString();
  const minutes = bakeMinutes(current);
  if (minutes === undefined) return { name: lifecycleStage, since };
  const until = new Date(seen.since.getTime() + (minutes * MINUTE_MS) / pace).toISOString();
  return { name: lifecycleStage, since, until };
}

/** How long ECS waits at the stage; undefined where it waits for something else than time. */
function bakeMinutes(current: ServiceDeployment): number | undefined {
  const { lifecycleStage, deploymentConfiguration: configuration = {} } = current;
  if (lifecycleStage === 'BAKE_TIME') return configuration.bakeTimeInMinutes;
  if (lifecycleStage !== 'PRODUCTION_TRAFFIC_SHIFT') return undefined;
  const weight = productionWeight(current) ?? 0;
  return weight > 0 && weight < 100 ? stepMinutes(configuration) : undefined;
}

function stepMinutes({
  strategy,
  linearConfiguration,
  canaryConfiguration,
}: DeploymentConfiguration): number | undefined {
  if (strategy === 'LINEAR') return linearConfiguration?.stepBakeTimeInMinutes ?? LINEAR_STEP_MINUTES;
  if (strategy === 'CANARY') return canaryConfiguration?.canaryBakeTimeInMinutes ?? CANARY_MINUTES;
  return undefined;
}

function productionWeight({ targetServiceRevision }: ServiceDeployment): number | undefined {
  return targetServiceRevision?.requestedProductionTrafficWeight;
}
