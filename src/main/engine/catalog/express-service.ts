import type { ECSClient, ExpressGatewayServiceConfiguration } from '@aws-sdk/client-ecs';
import type { ExpressDetail } from '../../../shared/model/express.ts';
import { describeWholeExpress, type NewerSetting } from '../ecs/newer-settings.ts';

/** A configuration, and what ECS said of it that this version has no name for. */
export interface WholeConfiguration {
  readonly configuration: ExpressGatewayServiceConfiguration;
  readonly newer: readonly NewerSetting[];
}

/**
 * The configuration that an Express service is on, or on its way to (DescribeExpressGatewayService). Undefined when ECS
 * names none.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeExpressGatewayService.html
 */
export async function readWholeConfiguration(
  ecs: ECSClient,
  serviceArn: string,
  signal: AbortSignal,
): Promise<WholeConfiguration | undefined> {
  // During a deployment there are two, whose order AWS does not document.
  const createdAt = ({ configuration }: WholeConfiguration): number =>
    configuration.createdAt?.getTime() ?? 0;
  const found = await describeWholeExpress(ecs, serviceArn, signal);
  return found.toSorted((one, other) => createdAt(other) - createdAt(one))[0];
}

/** The same without what this version has no name for. */
export async function readExpressConfiguration(
  ...where: Parameters<typeof readWholeConfiguration>
): Promise<ExpressGatewayServiceConfiguration | undefined> {
  return (await readWholeConfiguration(...where))?.configuration;
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
