import {
  DescribeServiceRevisionsCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
  type ServiceDeploymentBrief,
} from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { Logger } from '../../ports/ports.ts';

const DEPLOYMENTS_PER_PAGE = 100;
const REVISIONS_PER_CALL = 20;

/** The digests that containers of a revision ran with, by the revision's ARN and then by container. */
export type ReleasedDigests = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * The digests of a service's releases of the last 90 days, of the newest release where there were several of one
 * revision (ECS ListServiceDeployments and DescribeServiceRevisions: containerImages). A tag may mean something else
 * by now; this is what really ran. Empty, and logged, where they cannot be read: services that ECS does not deploy
 * itself have none.
 */
export async function readReleasedDigests(
  ecs: ECSClient,
  service: { readonly cluster: string; readonly service: string },
  logger: Logger,
  signal: AbortSignal,
): Promise<ReleasedDigests> {
  try {
    const serviceRevisions = await targetsNewestFirst(ecs, service, signal);
    return await digestsOf(ecs, serviceRevisions, signal);
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code === 'CANCELLED') throw error;
    logger.warn({ err: error, ...service }, 'The releases of the service could not be read');
    return new Map();
  }
}

/** ARNs of the service revisions that deployments set out to run. */
async function targetsNewestFirst(
  ecs: ECSClient,
  service: { readonly cluster: string; readonly service: string },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const deployments: ServiceDeploymentBrief[] = [];
  let nextToken: string | undefined;
  do {
    const command = new ListServiceDeploymentsCommand({
      ...service,
      maxResults: DEPLOYMENTS_PER_PAGE,
      nextToken,
    });
    const page = await ecs.send(command, { abortSignal: signal });
    deployments.push(...(page.serviceDeployments ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  deployments.sort((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0));
  return [
    ...new Set(deployments.flatMap(({ targetServiceRevisionArn: arn }) => (arn === undefined ? [] : [arn]))),
  ];
}

async function digestsOf(
  ecs: ECSClient,
  serviceRevisions: readonly string[],
  signal: AbortSignal,
): Promise<ReleasedDigests> {
  const byArn = new Map<string, ReadonlyMap<string, string>>();
  const place = new Map(serviceRevisions.map((arn, index) => [arn, index]));
  for (let at = 0; at < serviceRevisions.length; at += REVISIONS_PER_CALL) {
    const serviceRevisionArns = serviceRevisions.slice(at, at + REVISIONS_PER_CALL);
    const command = new DescribeServiceRevisionsCommand({ serviceRevisionArns });
    const answer = await ecs.send(command, { abortSignal: signal });
    // The answer has an order of its own.
    const described = (answer.serviceRevisions ?? []).toSorted(
      (a, b) => (place.get(a.serviceRevisionArn ?? '') ?? 0) - (place.get(b.serviceRevisionArn ?? '') ?? 0),
    );
    for (const { taskDefinition, containerImages = [] } of described) {
      if (taskDefinition === undefined || byArn.has(taskDefinition)) continue;
      const digests = containerImages.flatMap(({ containerName, imageDigest }) =>
        containerName === undefined || imageDigest === undefined
          ? []
          : [[containerName, imageDigest] as const],
      );
      byArn.set(taskDefinition, new Map(digests));
    }
  }
  return byArn;
}
