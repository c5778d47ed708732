import {
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  type Service,
  type ServiceRevision,
} from '@aws-sdk/client-ecs';
import type { Scope } from '../../../shared/model/account.ts';
import { revisionNameOf } from '../aws/arns.ts';
import type { Aws } from '../aws/aws.ts';
import type { DeploymentCaches } from '../catalog/deployment-cache.ts';
import { createNeverChanging } from '../catalog/immutable-answers.ts';
import { optionalRead } from '../catalog/optional-reads.ts';
import { currentRevisionArns } from '../catalog/service-row.ts';
import { inBatches } from '../ecs/batches.ts';
import type { ImageCache } from '../images/image-cache.ts';
import type { ImageLookup } from '../images/image-lookup.ts';
import type { KeptName, RunningImage } from './name-store.ts';

export interface RunningReading {
  readonly aws: Pick<Aws, 'ecs'>;
  readonly deploymentCaches: DeploymentCaches;
  readonly images: ImageCache;
  readonly lookup: Pick<ImageLookup, 'manyFacts'>;
}

/** DescribeServices takes up to 10, DescribeServiceDeployments up to 20. */
const BATCH = 10;
const DEPLOYMENTS_BATCH = 20;
/** Images of a cluster whose labels are read at a time; the others are read the next times. */
const MOST_LABELS = 100;

/**
 * What the containers of the services of a cluster run, by their current service revisions, and what deployments in progress
 * bring: DescribeServices, DescribeServiceDeployments, and what is not cached of DescribeServiceRevisions. Services without service revisions, such as those of CodeDeploy, have no images here.
 * Labels of images that were never read are read for their commits, as far as the registry allows it.
 */
export async function readRunning(
  { aws, deploymentCaches, images, lookup }: RunningReading,
  {
    scope,
    cluster,
    services,
  }: { readonly scope: Scope; readonly cluster: string; readonly services: readonly string[] },
  signal: AbortSignal,
): Promise<readonly KeptName[]> {
  const ecs = aws.ecs(scope, 'background');
  const described = await inBatches(services, BATCH, async (batch) => {
    const command = new DescribeServicesCommand({ cluster, services: batch });
    return (await ecs.send(command, { abortSignal: signal })).services ?? [];
  });
  const kept = createNeverChanging(await deploymentCaches.of(ecs, scope));
  const targets = await optionalRead(readTargets({ ecs, signal }, described), new Map());
  const arnsOf = (service: Service): ReadonlySet<string> => {
    const target = targets.get(service.currentServiceDeployment ?? '');
    return new Set([...(target === undefined ? [] : [target]), ...currentRevisionArns(service)]);
  };
  const wanted = described.flatMap((service) => [...arnsOf(service)]);
  const revisions = await kept.revisions({ ecs, signal }, wanted);
  const found = described.map((service) => ({
    name: service.serviceName ?? '',
    images: [...arnsOf(service)].flatMap((arn) => {
      const isDeploying = targets.get(service.currentServiceDeployment ?? '') === arn;
      return runningImages(revisions.get(arn)).map((image) =>
        isDeploying ? { ...image, isDeploying } : image,
      );
    }),
  }));
  const unread = new Map(
    found
      .flatMap((each) => each.images)
      .flatMap(({ image, digest }) =>
        digest === undefined || images.read(digest) !== undefined
          ? []
          : [[digest, { reference: image, digest }] as const],
      ),
  );
  // What is read is in the cache of images afterwards.
  await optionalRead(lookup.manyFacts(scope, [...unread.values()].slice(0, MOST_LABELS), signal), []);
  return found;
}

/** The service revision that each deployment in progress brings, by the ARN of the deployment. */
async function readTargets(
  { ecs, signal }: { readonly ecs: ReturnType<Aws['ecs']>; readonly signal: AbortSignal },
  services: readonly Service[],
): Promise<ReadonlyMap<string, string>> {
  const inProgress = services.flatMap(({ currentServiceDeployment }) => currentServiceDeployment ?? []);
  const deployments = await inBatches(inProgress, DEPLOYMENTS_BATCH, async (serviceDeploymentArns) => {
    const command = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns });
    return (await ecs.send(command, { abortSignal: signal })).serviceDeployments ?? [];
  });
  return new Map(
    deployments.flatMap(({ serviceDeploymentArn, targetServiceRevision }) =>
      serviceDeploymentArn === undefined || targetServiceRevision?.arn === undefined
        ? []
        : [[serviceDeploymentArn, targetServiceRevision.arn] as const],
    ),
  );
}

function runningImages(revision: ServiceRevision | undefined): readonly RunningImage[] {
  const { taskDefinition, containerImages = [] } = revision ?? {};
  return containerImages.flatMap(({ containerName: container, image, imageDigest: digest }) =>
    container === undefined || image === undefined
      ? []
      : [
          {
            container,
            image,
            ...(digest === undefined ? {} : { digest }),
            ...(taskDefinition === undefined ? {} : { revision: revisionNameOf(taskDefinition) }),
          },
        ],
  );
}
