import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import type { Scope } from '../../../shared/model/account.ts';
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

/** DescribeServices takes up to 10. */
const BATCH = 10;
/** Images of a cluster whose labels are read at a time; the others are read the next times. */
const MOST_LABELS = 100;

/**
 * What the containers of the services of a cluster run, by their current service revisions: DescribeServices, and what is not
 * cached of DescribeServiceRevisions. Services without service revisions, such as those of CodeDeploy, have no images here.
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
  const revisions = await kept.revisions({ ecs, signal }, described.flatMap(currentRevisionArns));
  const found = described.map((service) => ({
    name: service.serviceName ?? '',
    images: currentRevisionArns(service).flatMap((arn) =>
      (revisions.get(arn)?.containerImages ?? []).flatMap(
        ({ containerName: container, image, imageDigest: digest }): RunningImage[] =>
          container === undefined || image === undefined
            ? []
            : [{ container, image, ...(digest === undefined ? {} : { digest }) }],
      ),
    ),
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
