import type { Service } from '@aws-sdk/client-ecs';

/** ECS's defaults for the two percentages. A DAEMON service stops each task before it starts the next. */
const REPLICA_PERCENT = { minimum: 100, maximum: 200 };
const DAEMON_PERCENT = { minimum: 0, maximum: 100 };

/** The minimum and maximum number of tasks during a rolling deployment. */
export function rollingBounds(
  { deploymentConfiguration, schedulingStrategy }: Service,
  desired: number,
): { readonly minimum: number; readonly maximum: number; readonly least: number; readonly most: number } {
  const defaults = schedulingStrategy === 'DAEMON' ? DAEMON_PERCENT : REPLICA_PERCENT;
  const minimum = deploymentConfiguration?.minimumHealthyPercent ?? defaults.minimum;
  const maximum = deploymentConfiguration?.maximumPercent ?? defaults.maximum;
  const least = Math.ceil((desired * minimum) / 100);
  const most = Math.floor((desired * maximum) / 100);
  return { minimum, maximum, least, most };
}
