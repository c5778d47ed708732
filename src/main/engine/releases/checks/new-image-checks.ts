import type { RegisterTaskDefinitionRequest, RuntimePlatform } from '@aws-sdk/client-ecs';
import type { Guard } from '../../../../shared/model/environment.ts';
import type { Platform } from '../../../../shared/model/image.ts';
import type { Check, PlanKind } from '../../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { about, failUnlessOverridden, pass, type Reading } from '../../ecs/check.ts';
import { reading } from '../../ecs/read-result.ts';
import { listReferrers } from '../../images/image-referrers.ts';
import { type ReadScan, readScanOfPlatform } from '../../images/image-scan.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';
import { findingsCheck } from './findings-check.ts';
import type { FoundImage } from './image-checks.ts';
import { type DeployedImage, findImages, withDigest } from './preflight-reads.ts';

/** What a release starts, and what runs before it. */
interface NewImages {
  readonly ref: ServiceRef;
  readonly kind: PlanKind;
  readonly guard: Guard;
  readonly content: Pick<RegisterTaskDefinitionRequest, 'runtimePlatform'>;
  readonly images: readonly FoundImage[];
  readonly running: readonly DeployedImage[];
}

const RULE = 'a rule of environments.yml or slipway.yml';

/**
 * What the rules ask of images that do not run yet: no new findings that can be fixed, and a signature. Reads nothing where no
 * rule does, and nothing for an image that runs already. A rollback is warned and never refused: its images ran before.
 */
export async function newImageChecks(
  dependencies: ReleaseDependencies,
  { ref, kind, guard, content, images, running }: NewImages,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const { findings, signature } = guard;
  if (findings === undefined && signature === undefined) return [];
  const before = await findRunning(dependencies, ref, running, images, signal);
  const platform = platformOf(content.runtimePlatform);
  const checks = images.map(async (image): Promise<readonly Check[]> => {
    const old = before.get(image.container);
    const named = running.find(({ container }) => container === image.container)?.reference;
    if (isMissing(image) || isSame(image, old, named)) return [];
    const scans = findings === undefined ? [] : [image, ...(old === undefined ? [] : [old])];
    const [[now, then], signed] = await Promise.all([
      Promise.all(scans.map((each) => scanOf(dependencies, each, platform, signal))),
      signature === undefined ? undefined : isSigned(dependencies, image, platform, signal),
    ]);
    return [
      ...(findings === undefined || now === undefined
        ? []
        : [findingsCheck(image.container, findings, now, then)]),
      ...(signed === undefined ? [] : [signatureCheck(image, signed)]),
    ].map((check) => about(image.container, check));
  });
  const all = (await Promise.all(checks)).flat();
  return kind === 'rollback' ? all.map(neverRefused) : all;
}

/** The platform that the tasks run on, by ECS's defaults. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RuntimePlatform.html */
function platformOf({ operatingSystemFamily, cpuArchitecture }: RuntimePlatform = {}): Platform {
  return {
    os: operatingSystemFamily?.startsWith('WINDOWS') === true ? 'windows' : 'linux',
    architecture: cpuArchitecture === 'ARM64' ? 'arm64' : 'amd64',
  };
}

/** Another check says so. */
function isMissing({ finding }: FoundImage): boolean {
  return finding.state === 'missing' || finding.state === 'no-repository';
}

/** An image of a registry that Slipway can't read is the same where its reference is. */
function isSame(image: FoundImage, old: FoundImage | undefined, named: string | undefined): boolean {
  return image.finding.state === 'found' && old?.finding.state === 'found'
    ? image.finding.image.digest === old.finding.image.digest
    : image.finding.state !== 'found' && image.reference === named;
}

/** The images that run, by container. Under a tag that stays the same, what runs is known by its digest only. */
async function findRunning(
  dependencies: ReleaseDependencies,
  ref: ServiceRef,
  running: readonly DeployedImage[],
  images: readonly FoundImage[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, FoundImage>> {
  const known = running.filter(
    ({ container, reference, digest }) =>
      digest !== undefined ||
      !images.some((image) => image.container === container && image.reference === reference),
  );
  const wanted = known.map(({ container, reference, digest }) => ({
    container,
    reference: withDigest(reference, digest),
  }));
  const found = await findImages(dependencies, ref, wanted, signal);
  return new Map(found.map((image) => [image.container, image]));
}

/** Reads from where an image is. */
function atRegistry<T>(
  { aws }: ReleaseDependencies,
  { reference, finding, scope }: FoundImage,
  act: (place: {
    readonly ecr: ReturnType<ReleaseDependencies['aws']['ecr']>;
    readonly repository: string;
    readonly digest: string;
  }) => Promise<T>,
): Promise<Reading<T>> {
  if (finding.state === 'unreadable') return Promise.resolve({ state: 'unreadable', reason: finding.reason });
  if (finding.state !== 'found' || scope === undefined) {
    const reason = `${reference} is in a registry that Slipway can't read.`;
    return Promise.resolve({ state: 'unreadable', reason });
  }
  const { repository, digest } = finding.image;
  return reading(() => act({ ecr: aws.ecr(scope, 'clicked'), repository, digest }));
}

function scanOf(
  dependencies: ReleaseDependencies,
  image: FoundImage,
  platform: Platform,
  signal: AbortSignal,
): Promise<Reading<ReadScan>> {
  const now = dependencies.clock.now();
  return atRegistry(dependencies, image, ({ ecr, repository, digest }) =>
    readScanOfPlatform(ecr, { repository, digest, platform, now }, signal),
  );
}

function isSigned(
  dependencies: ReleaseDependencies,
  image: FoundImage,
  only: Platform,
  signal: AbortSignal,
): Promise<Reading<boolean>> {
  return atRegistry(dependencies, image, async ({ ecr, repository, digest }) => {
    const { referrers } = await listReferrers(ecr, { repository, digest, only }, signal);
    return referrers.some(({ kind }) => kind === 'signature');
  });
}

/** That there is a signature; who made it, and of what, is not verified. */
function signatureCheck({ container, finding }: FoundImage, signed: Reading<boolean>): Check {
  if (signed.state === 'unreadable') {
    return failUnlessOverridden(
      'signature',
      `Couldn't verify that the image of ${container} has a signature, which ${RULE} asks for`,
      `${signed.reason} Or override this check.`,
    );
  }
  if (signed.value) {
    return pass(
      'signature',
      `The image of ${container} has a signature. Slipway does not verify who made it`,
    );
  }
  const repository = finding.state === 'found' ? finding.image.repository : 'its repository';
  return failUnlessOverridden(
    'signature',
    `The image of ${container} has no signature in ${repository}, and ${RULE} asks for one`,
    'Sign its digest, such as with notation or cosign, and refresh the plan. Or override this check.',
  );
}

function neverRefused({ overridable: _overridable, ...check }: Check): Check {
  return check.result === 'fail' ? { ...check, result: 'warn' } : check;
}
