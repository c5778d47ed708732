import { DescribeLogStreamsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeContainerInstancesCommand,
  type ECSClient,
  ListContainerInstancesCommand,
  type RegisterTaskDefinitionRequest,
  type Service,
} from '@aws-sdk/client-ecs';
import type { Deployment } from '../../../../shared/model/deployment.ts';
import { parseImageReference } from '../../../../shared/model/image-reference.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { awsErrorName } from '../../aws/errors.ts';
import { ecrHost } from '../../aws/partitions.ts';
import { describeServiceRevisions } from '../../catalog/deployments.ts';
import type { Capacity, Demand } from '../../ecs/capacity.ts';
import { type Reading, read } from '../../ecs/check.ts';
import { reading, unreadableBecauseOf } from '../../ecs/read-result.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';
import { type DescribedRevision, readRevision } from '../model/service-reading.ts';
import { recordKnownEnds } from '../watch/record-outcome.ts';
import { type InstanceCapacity, instanceCapacityOf } from './capacity-check.ts';
import type { FoundImage } from './image-checks.ts';
import type { FoundLogGroup, LogTarget } from './log-check.ts';
import type { LastGood } from './rollback-check.ts';

/** A plan that is executed soon after it was made doesn't ask the ledger again. */
export const RECENT_STATUS_MS = 15_000;

/** Who the caller is, where no rule asks for it. */
export const NOBODY: Reading<string> = { state: 'unreadable', reason: 'No rule asks for it.' };

/** Container and reference of each container of a task definition. */
export function imagesOf(
  content: RegisterTaskDefinitionRequest,
): readonly { readonly container: string; readonly reference: string }[] {
  return (content.containerDefinitions ?? []).map(({ name = '', image = '' }) => ({
    container: name,
    reference: image,
  }));
}

/** The image of a container as its revision names it, with the digest that its deployment resolved. */
export interface DeployedImage {
  readonly container: string;
  readonly reference: string;
  readonly digest?: string;
}

/** The images of the revision that a service is on: of its last deployment by digest, as far as that is known. */
export function deployedImages(
  { taskDefinition: { taskDefinitionArn, containerDefinitions = [] } }: DescribedRevision,
  deployments: Reading<readonly Deployment[]>,
): readonly DeployedImage[] {
  const deployed =
    deployments.state === 'read'
      ? deployments.value.find((deployment) => deployment.taskDefinitionArn === taskDefinitionArn)
      : undefined;
  return imagesOf({ family: undefined, containerDefinitions }).map(({ container, reference }) => {
    const digest =
      deployed?.images.find((image) => image.container === container)?.digest ??
      parseImageReference(reference)?.digest;
    return { container, reference, ...(digest === undefined ? {} : { digest }) };
  });
}

export async function readDeployments(
  { catalog, journal }: ReleaseDependencies,
  ref: ServiceRef,
  signal: AbortSignal,
): Promise<Reading<readonly Deployment[]>> {
  try {
    const deployments = await catalog['services.deployments'](ref, { signal, emit: () => {} });
    recordKnownEnds(journal, deployments);
    return read(deployments);
  } catch (error) {
    return unreadableBecauseOf(error);
  }
}

/** The port names that gateways reach, as the newest service revision has them: DescribeServices does not name them. */
export function readGatewayConnectors(
  { aws }: ReleaseDependencies,
  ref: ServiceRef,
  { currentServiceRevisions = [] }: Service,
  signal: AbortSignal,
): Promise<Reading<readonly string[]>> {
  return reading(async () => {
    const arns = currentServiceRevisions.flatMap(({ arn }) => arn ?? []).slice(0, 1);
    const revisions = await describeServiceRevisions({ ecs: aws.ecs(ref, 'clicked'), signal }, arns);
    return revisions
      .flatMap(({ gatewayConnectors = [] }) => gatewayConnectors)
      .flatMap(({ portName }) => portName ?? []);
  });
}

export async function findImages(
  { findImage, connectionTo }: ReleaseDependencies,
  ref: ServiceRef,
  images: readonly { readonly container: string; readonly reference: string }[],
  signal: AbortSignal,
): Promise<readonly FoundImage[]> {
  const scope = { account: ref.account, region: ref.region };
  return Promise.all(
    images.map(async ({ container, reference }): Promise<FoundImage> => {
      const finding = await findImage(scope, reference, signal);
      const host = ecrHost(parseImageReference(reference)?.registry ?? '');
      const owner = host && finding.state === 'foreign' ? connectionTo?.(host.account) : undefined;
      if (host === undefined) return { container, reference, finding, scope };
      if (owner === undefined)
        return { container, reference, finding, scope: { ...scope, region: host.region } };
      // The registry of another account is read with the connection of that account.
      const elsewhere = { account: owner, region: host.region };
      const there = await findImage(elsewhere, reference, signal);
      return { container, reference, finding: there, scope: elsewhere };
    }),
  );
}

/** The newest deployment that worked is where ECS rolls back to when this one fails. */
export async function readLastGood(
  dependencies: ReleaseDependencies,
  ref: ServiceRef,
  deployments: Reading<readonly Deployment[]>,
  signal: AbortSignal,
): Promise<Reading<LastGood | undefined>> {
  if (deployments.state === 'unreadable') return deployments;
  const good = deployments.value.find(({ outcome }) => outcome === 'succeeded');
  if (good?.revision === undefined) return read(undefined);
  const references = good.images.map(({ container, image, digest }) => ({
    container,
    reference: withDigest(image, digest),
  }));
  return read({ revision: good.revision, images: await findImages(dependencies, ref, references, signal) });
}

/** Who registered the revision of the deployment in progress, if there is one and its revision can be read. */
export async function readRegisteredBy(
  { aws }: ReleaseDependencies,
  ref: ServiceRef,
  deployments: Reading<readonly Deployment[]>,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (deployments.state === 'unreadable') return undefined;
  const current = deployments.value.find(({ outcome }) => outcome === 'in-progress');
  if (current?.taskDefinitionArn === undefined || current.callerIdentity !== undefined) return undefined;
  const arn = current.taskDefinitionArn;
  const revision = await reading(() => readRevision(aws.ecs(ref, 'clicked'), arn, signal));
  return revision.state === 'read' ? revision.value.taskDefinition.registeredBy : undefined;
}

/** Whether the log groups are there, by their streams: that is what reading the logs later on asks for as well. */
export async function findLogGroups(
  { aws }: ReleaseDependencies,
  { account }: ServiceRef,
  targets: readonly LogTarget[],
  signal: AbortSignal,
): Promise<readonly FoundLogGroup[]> {
  return Promise.all(
    targets.map(async (target) => {
      const command = new DescribeLogStreamsCommand({ logGroupName: target.group, limit: 1 });
      const logs = aws.logs({ account, region: target.region }, 'clicked');
      const exists = await reading(() => isThere(logs.send(command, { abortSignal: signal })));
      return { target, exists };
    }),
  );
}

async function isThere(answer: Promise<unknown>): Promise<boolean> {
  try {
    await answer;
    return true;
  } catch (error) {
    if (awsErrorName(error) === 'ResourceNotFoundException') return false;
    throw error;
  }
}

const INSTANCES_AT_ONCE = 100;

/** Reads whether the service's instances have capacity for one more task. Stops at the first page with one that has. */
export async function readInstanceCapacities(
  { aws }: ReleaseDependencies,
  ref: ServiceRef,
  { providers }: Extract<Capacity, { kind: 'instances' }>,
  demand: Demand,
  signal: AbortSignal,
): Promise<Reading<readonly InstanceCapacity[]>> {
  const ecs = aws.ecs(ref, 'clicked');
  return reading(async () => {
    const capacities: InstanceCapacity[] = [];
    for await (const instances of pagesOfInstances(ecs, ref.cluster, signal)) {
      const usable = instances.filter(
        ({ capacityProviderName }) =>
          providers.length === 0 || providers.includes(capacityProviderName ?? ''),
      );
      capacities.push(...usable.map((instance) => instanceCapacityOf(instance, demand)));
      if (capacities.some(({ fits }) => fits)) break;
    }
    return capacities;
  });
}

async function* pagesOfInstances(ecs: ECSClient, cluster: string, signal: AbortSignal) {
  let nextToken: string | undefined;
  do {
    const list = new ListContainerInstancesCommand({
      cluster,
      status: 'ACTIVE',
      maxResults: INSTANCES_AT_ONCE,
      nextToken,
    });
    const page = await ecs.send(list, { abortSignal: signal });
    const arns = page.containerInstanceArns ?? [];
    if (arns.length > 0) {
      const describe = new DescribeContainerInstancesCommand({ cluster, containerInstances: arns });
      const { containerInstances = [] } = await ecs.send(describe, { abortSignal: signal });
      yield containerInstances;
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
}

/** The very image that ran, wherever its tag points by now. */
export function withDigest(image: string, digest: string | undefined): string {
  return digest === undefined || image.includes('@') ? image : `${image}@${digest}`;
}
