import type { Service } from '@aws-sdk/client-ecs';

/** ECS's defaults for the two percentages. A DAEMON service stops each task before it starts the next. */
const REPLICA_PERCENT = { minimum: 100, maximum: 200 };
const DAEMON_PERCENT = { minimum: 0, maximum: 100 };

/** The minimum and maximum number of tasks during a rolling deployment. */
export function rollingBounds(
  {
    deploymentConfiguration,
    schedulingStrategy,
  }: Pick<Service, 'deploymentConfiguration' | 'schedulingStrategy'>,
  desired: number,
): { readonly minimum: number; readonly maximum: number; readonly least: number; readonly most: number } {
  const defaults = schedulingStrategy === 'DAEMON' ? DAEMON_PERCENT : REPLICA_PERCENT;
  const minimum = deploymentConfiguration?.minimumHealthyPercent ?? defaults.minimum;
  const maximum = deploymentConfiguration?.maximumPercent ?? defaults.maximum;
  const least = Math.ceil((desired * minimum) / 100);
  const most = Math.floor((desired * maximum) / 100);
  return { minimum, maximum, least, most };
}

/** Which percentages would let ECS replace a task of a rolling deployment that cannot move. At least one is desired. */
export function stepForStuckDeployment(
  service: Pick<Service, 'deploymentConfiguration' | 'schedulingStrategy'>,
  desired: number,
): string {
  const { minimum, maximum } = rollingBounds(service, desired);
  const lower = Math.floor(((desired - 1) / desired) * 100);
  const higher = Math.ceil(((desired + 1) / desired) * 100);
  return `Lower the minimum healthy percent from ${minimum} % to ${lower} % or raise the maximum percent from ${maximum} % to ${higher} %.`;
}
