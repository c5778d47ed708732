import {
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  type ECSClient,
  type Service,
  type ServiceRevision,
} from '@aws-sdk/client-ecs';
import { assertNever } from '../../../../shared/assert-never.ts';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { Scope } from '../../../../shared/model/account.ts';
import type { ContainerImage } from '../../../../shared/model/image.ts';
import type { ComparedSide } from '../../../../shared/model/revision.ts';
import { withDeployedRevision } from '../../ecs/deployed-revision.ts';
import { type DescribedRevision, describeRevision } from '../../ecs/describe-revision.ts';
import type { TimelineDependencies } from '../history/timeline.ts';
import { readContainerImages } from '../read/container-images.ts';

/** One side of a comparison, read. */
export interface ReadSide {
  readonly scope: Scope;
  /** For example `web:41`, or `production/web` for what a service runs. */
  readonly title: string;
  readonly described: DescribedRevision;
  readonly images: readonly ContainerImage[];
  /** The whole deployed state, where the side is a service that has one. */
  readonly serviceRevision: ServiceRevision | undefined;
}

/**
 * Reads a side in its own account and region. Of a service it is the service revision with the most running tasks, with
 * the digests that ECS resolved for it. Throws NOT_FOUND for what doesn't exist (any more).
 */
export async function readSide(
  { aws, images, logger }: Pick<TimelineDependencies, 'aws' | 'images' | 'logger'>,
  side: ComparedSide,
  signal: AbortSignal,
): Promise<ReadSide> {
  const scope = { account: side.account, region: side.region };
  const ecs = aws.ecs(scope, 'clicked');
  const { title, revision, serviceRevision } = await find(ecs, side, signal);
  const described = await describeRevision(ecs, revision, signal);
  const released = new Map([[described.taskDefinition.taskDefinitionArn, digestsOf(serviceRevision)]]);
  const [containers = []] = await readContainerImages(
    { images, logger, scope, released },
    [described],
    signal,
  );
  return { scope, title, described, images: containers, serviceRevision };
}

interface Found {
  readonly title: string;
  readonly revision: string;
  readonly serviceRevision: ServiceRevision | undefined;
}

async function find(ecs: ECSClient, side: ComparedSide, signal: AbortSignal): Promise<Found> {
  switch (side.kind) {
    case 'revision':
      return { title: nameOf(side.revision), revision: side.revision, serviceRevision: undefined };
    case 'service':
      return findService(ecs, side, signal);
    case 'service-revision':
      return findServiceRevision(ecs, side.arn, signal);
    default:
      return assertNever(side);
  }
}

async function findService(
  ecs: ECSClient,
  { cluster, service: name }: { readonly cluster: string; readonly service: string },
  signal: AbortSignal,
): Promise<Found> {
  const command = new DescribeServicesCommand({ cluster, services: [name] });
  const { services = [] } = await ecs.send(command, { abortSignal: signal });
  const [service] = services.map(withDeployedRevision);
  const title = `${cluster}/${name}`;
  const arn = service && runningRevisionArn(service);
  if (arn !== undefined) return { ...(await findServiceRevision(ecs, arn, signal)), title };
  const primary = service?.taskSets?.find(({ status }) => status === 'PRIMARY');
  const revision = service?.taskDefinition ?? primary?.taskDefinition;
  if (revision !== undefined) return { title, revision, serviceRevision: undefined };
  throw new SlipwayError(
    'NOT_FOUND',
    service === undefined
      ? `The service ${name} doesn't exist in the cluster ${cluster}. Choose another one.`
      : `The service ${name} has no task definition yet, so there is nothing to compare.`,
  );
}

/** During a deployment there are several: what runs is the one that most tasks run. */
export function runningRevisionArn({ currentServiceRevisions = [] }: Service): string | undefined {
  return currentServiceRevisions.toSorted(
    (one, other) => (other.runningTaskCount ?? 0) - (one.runningTaskCount ?? 0),
  )[0]?.arn;
}

async function findServiceRevision(ecs: ECSClient, arn: string, signal: AbortSignal): Promise<Found> {
  const command = new DescribeServiceRevisionsCommand({ serviceRevisionArns: [arn] });
  const { serviceRevisions: [serviceRevision] = [] } = await ecs.send(command, { abortSignal: signal });
  if (serviceRevision?.taskDefinition === undefined) {
    throw new SlipwayError(
      'NOT_FOUND',
      `The service revision ${nameOf(arn)} no longer exists: ECS keeps them for 90 days. Choose another release.`,
    );
  }
  const place = arn.split(':service-revision/').at(-1) ?? arn;
  const [cluster = '', service = ''] = place.split('/');
  return {
    title: `${cluster}/${service} (${nameOf(serviceRevision.taskDefinition)})`,
    revision: serviceRevision.taskDefinition,
    serviceRevision,
  };
}

/** The digests that ECS resolved for a service revision, by container. */
export function digestsOf(serviceRevision: ServiceRevision | undefined): ReadonlyMap<string, string> {
  return new Map(
    (serviceRevision?.containerImages ?? []).flatMap(({ containerName, imageDigest }) =>
      containerName === undefined || imageDigest === undefined ? [] : [[containerName, imageDigest] as const],
    ),
  );
}

function nameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
