import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
  type ServiceDeployment,
  type ServiceDeploymentBrief,
  type ServiceRevision,
} from '@aws-sdk/client-ecs';
import type { Deployment } from '../../../shared/model/deployment.ts';
import { Digest } from '../../../shared/model/image.ts';
import { lastPartOf, revisionNameOf } from '../aws/arns.ts';
import { inBatches } from '../ecs/batches.ts';
import { deploymentOutcome } from '../ecs/deployment-outcome.ts';

/** DescribeServiceDeployments and DescribeServiceRevisions take up to 20. */
const BATCH = 20;

/** Where and how a read is made. */
export interface Read {
  readonly ecs: ECSClient;
  readonly signal: AbortSignal;
}

/** All service deployments that ECS still knows, newest first (ListServiceDeployments). */
export async function listDeployments(
  read: Read,
  cluster: string,
  service: string,
): Promise<readonly ServiceDeploymentBrief[]> {
  const briefs: ServiceDeploymentBrief[] = [];
  let nextToken: string | undefined;
  do {
    const command = new ListServiceDeploymentsCommand({ cluster, service, maxResults: 100, nextToken });
    const page = await read.ecs.send(command, { abortSignal: read.signal });
    briefs.push(...(page.serviceDeployments ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return briefs.toSorted((one, other) => timeOf(other.createdAt) - timeOf(one.createdAt));
}

/** The newest service deployment, if there is one: ListServiceDeployments answers the newest first. */
export async function newestDeployment(
  { ecs, signal }: Read,
  cluster: string,
  service: string,
): Promise<ServiceDeploymentBrief | undefined> {
  const command = new ListServiceDeploymentsCommand({ cluster, service, maxResults: 1 });
  return (await ecs.send(command, { abortSignal: signal })).serviceDeployments?.[0];
}

/** Service deployments by ARN (DescribeServiceDeployments), in batches of 20. Those that are gone are left out. */
export async function describeDeployments(
  { ecs, signal }: Read,
  arns: readonly string[],
): Promise<ServiceDeployment[]> {
  return inBatches(arns, BATCH, async (serviceDeploymentArns) => {
    const command = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns });
    const { serviceDeployments = [] } = await ecs.send(command, { abortSignal: signal });
    return serviceDeployments;
  });
}

/** Service revisions by ARN (DescribeServiceRevisions), in batches of 20. They never change. */
export async function describeServiceRevisions(
  { ecs, signal }: Read,
  arns: readonly string[],
): Promise<ServiceRevision[]> {
  return inBatches(arns, BATCH, async (serviceRevisionArns) => {
    const command = new DescribeServiceRevisionsCommand({ serviceRevisionArns });
    const { serviceRevisions = [] } = await ecs.send(command, { abortSignal: signal });
    return serviceRevisions;
  });
}

/** The ARNs of the service revisions that a deployment goes from and to. */
export function revisionArnsOf(deployment: ServiceDeployment): string[] {
  const summaries = [deployment.targetServiceRevision, ...(deployment.sourceServiceRevisions ?? [])];
  return summaries.flatMap((summary) => summary?.arn ?? []);
}

/** A deployment as it crosses the bridge, without what only the journal and its neighbours know. */
export function toDeployment(
  deployment: ServiceDeployment,
  revisions: ReadonlyMap<string, ServiceRevision>,
): Deployment {
  const { serviceDeploymentArn: arn = '', status = '', targetServiceRevision } = deployment;
  const target = revisions.get(targetServiceRevision?.arn ?? '');
  const source = mainSource(deployment, revisions);
  const { createdAt, startedAt } = deployment;
  const finishedAt = deployment.finishedAt ?? deployment.stoppedAt;
  const begin = startedAt ?? createdAt;
  return {
    arn,
    id: lastPartOf(arn),
    status,
    outcome: deploymentOutcome(status),
    statusReason: deployment.statusReason,
    stage: deployment.lifecycleStage,
    createdAt: createdAt?.toISOString(),
    startedAt: startedAt?.toISOString(),
    finishedAt: finishedAt?.toISOString(),
    durationMs: finishedAt && begin && finishedAt.getTime() - begin.getTime(),
    revision: target?.taskDefinition && revisionNameOf(target.taskDefinition),
    taskDefinitionArn: target?.taskDefinition,
    serviceRevisionArn: targetServiceRevision?.arn,
    images: imagesOf(target),
    previousRevision: source?.taskDefinition && revisionNameOf(source.taskDefinition),
    isRollbackTarget: false,
  };
}

/** What a service revision runs: each container with its image as it is written and as it was resolved. */
export function imagesOf(revision: ServiceRevision | undefined): Deployment['images'][number][] {
  return (revision?.containerImages ?? []).map(({ containerName = '', image = '', imageDigest }) => ({
    container: containerName,
    image,
    digest: Digest.safeParse(imageDigest).data,
  }));
}

/** Of what ran before, the revision with the most tasks: after an interrupted deployment there can be several. */
export function mainSource(
  { sourceServiceRevisions = [] }: ServiceDeployment,
  revisions: ReadonlyMap<string, ServiceRevision>,
): ServiceRevision | undefined {
  const [most] = sourceServiceRevisions.toSorted(
    (one, other) => (other.requestedTaskCount ?? 0) - (one.requestedTaskCount ?? 0),
  );
  return revisions.get(most?.arn ?? '');
}

function timeOf(date: Date | undefined): number {
  return date?.getTime() ?? 0;
}
