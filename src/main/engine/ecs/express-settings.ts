import type { ServiceRevision } from '@aws-sdk/client-ecs';
import type { ExpressSettings } from '../../../shared/model/express.ts';
import { ScalingMetric } from '../../../shared/model/express.ts';

/** The metric of a scaling policy, and the name that an Express service has for it. */
const METRICS: ReadonlyMap<string, ScalingMetric> = new Map([
  ['ecsserviceaveragecpuutilization', 'AVERAGE_CPU'],
  ['ecsserviceaveragememoryutilization', 'AVERAGE_MEMORY'],
  ['albrequestcountpertarget', 'REQUEST_COUNT_PER_TARGET'],
]);

/**
 * The scaling and the health check path of an Express service as a service revision has them, in the resources that ECS
 * made for it. What it does not name is left out.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ECSManagedResources.html
 */
export function expressSettingsOf({ ecsManagedResources }: ServiceRevision): ExpressSettings {
  const { autoScaling, ingressPaths = [] } = ecsManagedResources ?? {};
  const { minCapacity: minTaskCount, maxCapacity: maxTaskCount } = autoScaling?.scalableTarget ?? {};
  const policy = autoScaling?.applicationAutoScalingPolicies?.find(({ metric }) => metricOf(metric));
  const scaling = {
    ...(minTaskCount === undefined ? {} : { minTaskCount }),
    ...(maxTaskCount === undefined ? {} : { maxTaskCount }),
    ...(policy === undefined
      ? {}
      : { autoScalingMetric: metricOf(policy.metric), autoScalingTargetValue: policy.targetValue }),
  };
  const healthCheckPath = ingressPaths
    .flatMap(({ targetGroups = [] }) => targetGroups)
    .find(({ healthCheckPath: path }) => path !== undefined && path !== '')?.healthCheckPath;
  return {
    ...(Object.keys(scaling).length === 0 ? {} : { scaling }),
    ...(healthCheckPath === undefined ? {} : { healthCheckPath }),
  };
}

/** AWS writes the names in more than one way. */
function metricOf(metric: string | undefined): ScalingMetric | undefined {
  const name = metric ?? '';
  return METRICS.get(name.toLowerCase()) ?? ScalingMetric.safeParse(name).data;
}
