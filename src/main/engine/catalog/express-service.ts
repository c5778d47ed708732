import {
  DescribeExpressGatewayServiceCommand,
  type ECSClient,
  type ExpressGatewayServiceConfiguration,
} from '@aws-sdk/client-ecs';
import type { ExpressDetail } from '../../../shared/model/express.ts';

/**
 * The configuration that an Express service is on, or on its way to (DescribeExpressGatewayService). Undefined when ECS
 * names none.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeExpressGatewayService.html
 */
export async function readExpressConfiguration(
  ecs: ECSClient,
  serviceArn: string,
  signal: AbortSignal,
): Promise<ExpressGatewayServiceConfiguration | undefined> {
  const command = new DescribeExpressGatewayServiceCommand({ serviceArn });
  const { service } = await ecs.send(command, { abortSignal: signal });
  return newestConfiguration(service?.activeConfigurations ?? []);
}

/** During a deployment there are two, whose order AWS does not document. */
function newestConfiguration(
  configurations: readonly ExpressGatewayServiceConfiguration[],
): ExpressGatewayServiceConfiguration | undefined {
  return configurations.toSorted(
    (one, other) => (other.createdAt?.getTime() ?? 0) - (one.createdAt?.getTime() ?? 0),
  )[0];
}

export function expressDetail(configuration: ExpressGatewayServiceConfiguration): ExpressDetail {
  const { cpu, memory, healthCheckPath, ingressPaths = [], scalingTarget = {} } = configuration;
  return {
    endpoints: ingressPaths.flatMap(({ endpoint, accessType }) =>
      endpoint === undefined ? [] : [{ url: withScheme(endpoint), isPublic: accessType === 'PUBLIC' }],
    ),
    cpu,
    memory,
    healthCheckPath,
    scaling: { ...scalingTarget },
  };
}

/** ECS answers the host alone; its listener is HTTPS. */
function withScheme(endpoint: string): string {
  return endpoint.includes('://') ? endpoint : `https://${endpoint}`;
}
