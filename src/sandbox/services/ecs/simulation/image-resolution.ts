import { createHash } from 'node:crypto';
import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { parseImageReference } from '../../../registry/image-reference.ts';
import type { ImageFacts, ImageSource } from '../../../registry/image-source.ts';

/** What a task needs to know about an image that can be pulled. */
export interface PullableImage {
  readonly digest: string;
  readonly tags: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** `any` for an image that the sandbox only pretends to have. */
  readonly architecture: string;
}

/** Finds what a reference names now. Undefined: the pull would fail. */
export type ResolveImage = (reference: string) => PullableImage | undefined;

/**
 * Resolves images of the sandbox's own registry by what is in it. Images of other registries always resolve, to a
 * digest that follows from the reference, since the sandbox never leaves the machine.
 */
export function createImageResolver(images: ImageSource, endpointHost: string): ResolveImage {
  return (reference) => {
    const parsed = parseImageReference(reference);
    if (parsed === undefined) return undefined;
    const { registry, tag, digest } = parsed;
    const known = images.resolve(reference);
    if (known !== undefined) return fromRegistry(known, tag);
    if (registry !== undefined && isOwnRegistry(registry, endpointHost)) return undefined;
    return {
      digest: digest ?? `sha256:${createHash('sha256').update(reference).digest('hex')}`,
      tags: tag === undefined ? [] : [tag],
      labels: {},
      architecture: 'any',
    };
  };
}

function fromRegistry(image: ImageFacts, tag: string | undefined): PullableImage {
  const { digest, labels, architecture } = image;
  return { digest, tags: tag === undefined ? image.tags : [tag], labels, architecture };
}

/** Whether a reference names an image of the sandbox's own registry, which is its ECR. */
export function isEcrImage(reference: string, endpointHost: string): boolean {
  const registry = parseImageReference(reference)?.registry;
  return registry !== undefined && isOwnRegistry(registry, endpointHost);
}

function isOwnRegistry(host: string, endpointHost: string): boolean {
  const name = host.replace(/:\d+$/, '');
  return (
    host === endpointHost ||
    name === 'localhost' ||
    name === '127.0.0.1' ||
    /\.dkr[.-]ecr(?:-fips)?\./.test(name)
  );
}

/**
 * The reference that a task of a deployment pulls: the digest that the tag had when the deployment started, unless the
 * container turned `versionConsistency` off.
 */
export function pinnedReference(container: ContainerDefinition, imageDigest: string | undefined): string {
  const image = container.image ?? '';
  const parsed = parseImageReference(image);
  if (parsed === undefined || imageDigest === undefined || container.versionConsistency === 'disabled') {
    return image;
  }
  const { registry, repository } = parsed;
  return `${registry === undefined ? '' : `${registry}/`}${repository}@${imageDigest}`;
}
