import type { ImageIdentifier, Repository } from '@aws-sdk/client-ecr';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { Image } from '../../../shared/model/image.ts';
import { type ImageReference, parseImageReference } from '../../../shared/model/image-reference.ts';
import type { Aws } from '../aws/aws.ts';
import type { Logger } from '../ports/ports.ts';
import { findRepository } from './ecr-repository.ts';
import { isIn, mayBeInRegion } from './image-address.ts';
import type { ImageCache } from './image-cache.ts';
import {
  type MissingImage,
  missingFromRepository,
  missingRepository,
  ownRegistryScope,
} from './missing-image.ts';
import { createKnownTags, isOfTag } from './moved-tags.ts';
import { keyOf, readFacts } from './read-facts.ts';
import { readManifests } from './read-manifests.ts';
import { isTagImmutable } from './tag-mutability.ts';

/** An image to look up: its reference, and its digest if known. */
export interface WantedImage {
  readonly reference: string;
  readonly digest?: string | undefined;
}

/** What the registry says about an image reference. */
export type ImageFinding =
  | { readonly state: 'found'; readonly image: Image; readonly isTagImmutable: boolean }
  | MissingImage
  /** In a registry that is not the ECR of the account. */
  | { readonly state: 'foreign' }
  | { readonly state: 'unreadable'; readonly reason: string };

/** Looks images up in the ECR of an account and region, always as it is now. */
export interface ImageLookup {
  /** Facts of many images, in the order asked; undefined for those that are elsewhere or gone. A few calls for each repository. */
  manyFacts(
    scope: Scope,
    wanted: readonly WantedImage[],
    signal: AbortSignal,
  ): Promise<readonly (Image | undefined)[]>;
  /** Facts of one image; undefined when it is in another registry, or gone. */
  imageFacts(
    scope: Scope,
    reference: string,
    digest: string | undefined,
    signal: AbortSignal,
  ): Promise<Image | undefined>;
  /** The digest that a reference stands for now; undefined when it is in another registry, or gone. */
  resolveTag(scope: Scope, reference: string, signal: AbortSignal): Promise<string | undefined>;
  /** What the registry says about a reference, also where it names another region of the account. An error other than CANCELLED is the finding `unreadable`. */
  findImage(scope: Scope, reference: string, signal: AbortSignal): Promise<ImageFinding>;
  /**
   * The digest that the tag of a reference stands for now, where that is another image than `digest`. Undefined where it
   * is the same, where the tag cannot move or doesn't exist any more, and for another registry (BatchGetImage, at most once
   * a minute for each tag).
   */
  movedTag(scope: Scope, reference: string, digest: string, signal: AbortSignal): Promise<string | undefined>;
}

interface LookupDependencies {
  readonly aws: Pick<Aws, 'ecr' | 'sts'>;
  readonly cache: ImageCache;
  readonly logger: Logger;
}

/** How long the URI of a repository, or its absence, is cached. */
const REPOSITORY_KEPT_MS = 60_000;
const REPOSITORY_TIMEOUT_MS = 60_000;

export function createImageLookup({ aws, cache, logger }: LookupDependencies): ImageLookup {
  const repositories = new Map<
    string,
    { readonly until: number; readonly found: Promise<Repository | undefined> }
  >();

  const tags = createKnownTags(() => performance.now());

  function repositoryNamed(scope: Scope, name: string): Promise<Repository | undefined> {
    const key = JSON.stringify([scope.account, scope.region, name]);
    const kept = repositories.get(key);
    if (kept !== undefined && kept.until > performance.now()) return kept.found;
    // Several callers share the answer, so none of them can cancel it.
    const found = findRepository(aws.ecr(scope, 'visible'), name, AbortSignal.timeout(REPOSITORY_TIMEOUT_MS));
    repositories.set(key, { until: performance.now() + REPOSITORY_KEPT_MS, found });
    found.catch(() => repositories.delete(key));
    return found;
  }

  /** The repository of this account and region that a reference names. */
  async function repositoryOf(scope: Scope, reference: ImageReference): Promise<Repository | undefined> {
    if (!mayBeInRegion(reference, scope.region)) return undefined;
    const repository = await repositoryNamed(scope, reference.repository);
    return repository !== undefined && isIn(repository, reference) ? repository : undefined;
  }

  /** Why an image has no repository here; undefined for one of another registry. */
  async function notInOwn(
    scope: Scope,
    reference: ImageReference,
    signal: AbortSignal,
  ): Promise<MissingImage | undefined> {
    if (!mayBeInRegion(reference, scope.region)) return undefined;
    return missingRepository({ aws }, scope, reference, signal);
  }

  async function manyFacts(
    scope: Scope,
    wanted: readonly WantedImage[],
    signal: AbortSignal,
  ): Promise<readonly (Image | undefined)[]> {
    const placed = await Promise.all(
      wanted.map(async ({ reference, digest }): Promise<PlacedImage | undefined> => {
        const parts = parseImageReference(reference);
        const repository = parts && (await repositoryOf(scope, parts));
        if (parts === undefined || repository?.repositoryName === undefined) return undefined;
        return { repository: repository.repositoryName, id: imageIdOf(parts, digest) };
      }),
    );
    const byRepository = Map.groupBy(
      placed.filter((each) => each !== undefined),
      (each) => each.repository,
    );
    const ecr = aws.ecr(scope, 'visible');
    const facts = new Map<string, Image>();
    for (const [repository, images] of byRepository) {
      const ids = images.map(({ id }) => id);
      for (const [key, image] of await readFacts({ ecr, repository, cache, logger }, ids, signal)) {
        facts.set(`${repository} ${key}`, image);
      }
    }
    return placed.map((each) => each && facts.get(`${each.repository} ${keyOf(each.id)}`));
  }

  async function imageFacts(
    scope: Scope,
    reference: string,
    digest: string | undefined,
    signal: AbortSignal,
  ): Promise<Image | undefined> {
    const [image] = await manyFacts(scope, [{ reference, digest }], signal);
    return image;
  }

  return {
    manyFacts,
    imageFacts,
    async resolveTag(scope, reference, signal) {
      const parts = parseImageReference(reference);
      const repository = parts && (await repositoryOf(scope, parts));
      if (parts === undefined || repository?.repositoryName === undefined) return undefined;
      const ids = [imageIdOf(parts, undefined)];
      const { found } = await readManifests(
        aws.ecr(scope, 'visible'),
        repository.repositoryName,
        ids,
        signal,
      );
      return found[0]?.digest;
    },
    async movedTag(scope, reference, digest, signal) {
      const parts = parseImageReference(reference);
      if (parts === undefined || parts.digest !== undefined) return undefined;
      const repository = await repositoryOf(scope, parts);
      const { tag = 'latest' } = parts;
      if (repository?.repositoryName === undefined || isTagImmutable(repository, tag)) return undefined;
      const { repositoryName } = repository;
      const key = JSON.stringify([scope.account, scope.region, repositoryName, tag]);
      const target = await tags.target(key, async () => {
        const ecr = aws.ecr(scope, 'background');
        return (await readManifests(ecr, repositoryName, [{ imageTag: tag }], signal)).found[0];
      });
      return target === undefined || isOfTag(target, digest) ? undefined : target.digest;
    },
    async findImage(scope, reference, signal) {
      const parts = parseImageReference(reference);
      if (parts === undefined) return { state: 'foreign' };
      try {
        const home = await ownRegistryScope({ aws }, scope, parts, signal);
        const repository = await repositoryOf(home, parts);
        if (repository === undefined) return (await notInOwn(home, parts, signal)) ?? { state: 'foreign' };
        const image = await imageFacts(home, reference, undefined, signal);
        if (image === undefined) return await missingFromRepository({ aws }, home, parts, signal);
        const immutable = parts.tag !== undefined && isTagImmutable(repository, parts.tag);
        return { state: 'found', image, isTagImmutable: immutable };
      } catch (error) {
        if (!(error instanceof SlipwayError) || error.code === 'CANCELLED') throw error;
        return { state: 'unreadable', reason: error.message };
      }
    },
  };
}

interface PlacedImage {
  readonly repository: string;
  readonly id: ImageIdentifier;
}

/** A digest says more than the tag beside it. Without either it is `latest`. */
function imageIdOf(reference: ImageReference, digest: string | undefined): ImageIdentifier {
  const known = digest ?? reference.digest;
  return known === undefined ? { imageTag: reference.tag ?? 'latest' } : { imageDigest: known };
}
