import type { ContainerDefinition, RuntimePlatform } from '@aws-sdk/client-ecs';
import type { Scope } from '../../../../shared/model/account.ts';
import type { Image, Platform } from '../../../../shared/model/image.ts';
import { parseImageReference } from '../../../../shared/model/image-reference.ts';
import type { Check } from '../../../../shared/model/plan.ts';
import { ecrHost } from '../../aws/partitions.ts';
import { about, failUnlessOverridden, pass, unknown, warn } from '../../ecs/check.ts';
import type { ImageFinding } from '../../images/image-lookup.ts';

/** The image of a container, and what the registry says about it. */
export interface FoundImage {
  readonly container: string;
  /** The reference as the task definition writes it. */
  readonly reference: string;
  readonly finding: ImageFinding;
  /** Where ECR was asked: what restores an archived image there. */
  readonly scope?: Scope;
}

/** An image that doesn't exist, or that ECR has archived, cannot be pulled. */
export function imageCanBePulled(image: FoundImage, login: RegistryLogin = NO_LOGIN): Check {
  return about(image.container, pullCheck(image, login));
}

/** How a task logs in to a registry other than ECR. */
interface RegistryLogin {
  /** The secret of its repositoryCredentials. */
  readonly secret: string | undefined;
  readonly onInstances: boolean;
}

const NO_LOGIN: RegistryLogin = { secret: undefined, onInstances: false };

/**
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/private-auth.html and, for container instances,
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/private-auth-container-instances.html
 */
function loginText(reference: string, { secret, onInstances }: RegistryLogin): string {
  // Tasks pull from the ECR of another account with their execution role.
  if (ecrHost(parseImageReference(reference)?.registry ?? '') !== undefined) return '';
  if (secret !== undefined) return ` The task logs in with the secret ${secret} (repositoryCredentials).`;
  const instances = onInstances
    ? ", or the container instances in ECS_ENGINE_AUTH_DATA of their agent, which Slipway can't see"
    : '';
  return ` If it is private, the container needs repositoryCredentials${instances}.`;
}

function pullCheck({ container, reference, finding, scope }: FoundImage, login: RegistryLogin): Check {
  switch (finding.state) {
    case 'found':
      if (finding.image.status === 'ACTIVE')
        return pass('image', `The image of ${container} exists and is active`);
      return notActive(container, finding.image, scope);
    case 'missing':
      return failUnlessOverridden(
        'image',
        `The image of ${container} doesn't exist: ${reference}`,
        `${didYouMean(finding.similarTags)}Push it to ${finding.repository} first, or choose an image of the repository.`,
      );
    case 'no-repository':
      return failUnlessOverridden(
        'image',
        `The repository of the image of ${container} doesn't exist: ${reference}`,
        `${didYouMean(finding.similarRepositories)}Correct the name, or create the repository ${finding.repository} and push the image.`,
      );
    case 'pulled-through':
      return unknown(
        'image',
        `Couldn't verify that the image of ${container} exists`,
        `ECR gets it from ${finding.upstream} by a pull-through cache rule when the first task pulls it.`,
      );
    case 'foreign':
      return unknown(
        'image',
        `Couldn't verify that the image of ${container} exists`,
        `${reference} is in a registry that Slipway can't read.${loginText(reference, login)}`,
      );
    case 'unreadable':
      return unknown('image', `Couldn't verify that the image of ${container} exists`, finding.reason);
  }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/restore-image.html */
function notActive(container: string, { repository, digest, status }: Image, scope?: Scope): Check {
  const message = `The image of ${container} is ${status} and cannot be pulled`;
  if (status === 'ACTIVATING') {
    const advice = 'ECR is restoring it, which takes up to 20 minutes. Refresh the plan then.';
    return failUnlessOverridden('image', message, advice);
  }
  const advice = `Restore it (slipway image restore ${repository}@${digest}), which takes up to 20 minutes, or push it again.`;
  return {
    ...failUnlessOverridden('image', message, advice),
    ...(status === 'ARCHIVED' && scope !== undefined
      ? { archived: { ...scope, repository, image: digest } }
      : {}),
  };
}

/** `Did you mean a or b? `, or nothing. */
function didYouMean(names: readonly string[]): string {
  if (names.length === 0) return '';
  const all = names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
  return `Did you mean ${all}? `;
}

/** An image for another processor dies at its start with “exec format error”. */
export function platformFits(image: FoundImage, runtime: RuntimePlatform | undefined): Check | undefined {
  if (image.finding.state !== 'found') return undefined;
  return about(image.container, platformCheck(image.container, image.finding, runtime));
}

function platformCheck(
  container: string,
  finding: Extract<ImageFinding, { state: 'found' }>,
  runtime: RuntimePlatform | undefined,
): Check {
  const platforms = finding.image.platforms.filter(isPlatform);
  if (platforms.length === 0) {
    return unknown(
      'platform',
      `Couldn't verify the CPU architecture of the image of ${container}`,
      'Its manifest does not say.',
    );
  }
  const wanted = runtime?.cpuArchitecture === 'ARM64' ? 'arm64' : 'amd64';
  const offered = platforms.map(({ architecture }) => architecture);
  if (offered.includes(wanted)) return pass('platform', `The image of ${container} is built for ${wanted}`);
  return failUnlessOverridden(
    'platform',
    `The image of ${container} is built for ${offered.join(' and ')}, and the task runs on ${wanted}`,
    `Build it for linux/${wanted}, or register a revision whose runtime platform is ${offered.join(' or ')}.`,
  );
}

/** What a tag means can change between now and the next start of a task, unless the digest is pinned. */
export function tagStaysWhatItIs(image: FoundImage): Check {
  return about(image.container, tagCheck(image));
}

function tagCheck({ container, reference, finding }: FoundImage): Check {
  const parts = parseImageReference(reference);
  if (parts?.digest !== undefined) return pass('tag', `The image of ${container} is pinned to its digest`);
  const tag = parts?.tag ?? 'latest';
  const advice = 'Pin the digest, so that later tasks run the same image.';
  if (tag === 'latest') {
    return warn(
      'tag',
      `${container} uses the tag latest, which can point to a different image later`,
      advice,
    );
  }
  if (finding.state === 'found' && finding.isTagImmutable)
    return pass('tag', `The tag ${tag} cannot be overwritten`);
  return warn('tag', `The tag ${tag} of ${container} can be overwritten`, advice);
}

/**
 * ECS resolves a tag for a whole deployment, unless a container turns that off: then each task pulls what the tag means
 * when it starts. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
 */
export function digestIsKept({
  name = '',
  image = '',
  versionConsistency,
}: ContainerDefinition): Check | undefined {
  if (versionConsistency !== 'disabled' || parseImageReference(image)?.digest !== undefined) return undefined;
  return about(
    name,
    warn(
      'version-consistency',
      `Tasks of one deployment may run different images of ${name}: its versionConsistency is disabled`,
      'The digest shown here is only what the tag means now. Pin the digest in the image, or enable versionConsistency.',
    ),
  );
}

/** Attestations of an index are `unknown/unknown`: no platform to run on. */
function isPlatform({ architecture }: Platform): boolean {
  return architecture !== '' && architecture !== 'unknown';
}
