import { z } from 'zod';
import { Instant } from './account.ts';
import { listUpTo, textUpTo } from './bounded.ts';
import { DIGEST, isRegistryHost } from './image-reference.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject, lazyStrictObject } from './lazy-objects.ts';

/** `sha256:` and 64 hexadecimal digits: the identity of an image. Registries other than ECR have longer ones, too. */
export const Digest = textUpTo(140).regex(DIGEST, 'is not an image digest');

/** An ECR repository name: lower-case path components. The address of a repository would be one, too, but is none. */
export const RepositoryName = textUpTo(256).regex(
  /^(?!\d{12}\.dkr[.-]ecr)[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/,
  'is not a repository name',
);

/** The host of an image registry as it is in front of an image, with its port. */
export const RegistryHost = textUpTo(256).refine(isRegistryHost, 'is not the host of a registry');

/** The id of a git commit, in full or not, with `-dirty` when the tree had changes. */
export const GitCommit = textUpTo(70).regex(/^[0-9a-f]{7,64}(?:-dirty)?$/, 'is not a git commit');

export const ImageTag = textUpTo(128).regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/, 'is not an image tag');

export const Platform = lazyObject(() => ({
  os: z.string(),
  architecture: z.string(),
  variant: z.string().optional(),
}));
export type Platform = Immutable<z.infer<typeof Platform>>;

/** Details of an image in a repository. */
export const Image = lazyObject(() => ({
  repository: z.string(),
  digest: Digest,
  tags: z.array(z.string()),
  /** Compressed bytes, as the registry counts them. */
  sizeBytes: z.number().optional(),
  pushedAt: Instant.optional(),
  builtAt: Instant.optional(),
  platforms: z.array(Platform),
  /** The git commit of the label org.opencontainers.image.revision. */
  commit: z.string().optional(),
  /** The repository of the source code, an https address (label org.opencontainers.image.source). */
  source: z.string().optional(),
  /** The label org.opencontainers.image.version. */
  version: z.string().optional(),
  /** ECR's imageStatus; an ARCHIVED image cannot be pulled. */
  status: z.string(),
  /** The last pull that ECR has recorded, at most a day late. A scan of Inspector counts as one. */
  pulledAt: Instant.optional(),
  /** Findings of the last scan by severity, such as CRITICAL; missing where no scan has ended. */
  findings: z.record(z.string(), z.number().int()).optional(),
}));
export type Image = Immutable<z.infer<typeof Image>>;

const RECENT_MS = 30 * 24 * 60 * 60 * 1000;

/** Images without a tag that were pushed in the last 30 days: most had one that a later push moved. */
export function recentlyUntagged(images: readonly Image[], now: Date): readonly Image[] {
  return images.filter(
    ({ tags, pushedAt }) =>
      tags.length === 0 && pushedAt !== undefined && now.getTime() - Date.parse(pushedAt) < RECENT_MS,
  );
}

export const Repository = lazyObject(() => ({
  name: RepositoryName,
  uri: z.string(),
  arn: z.string(),
  /** MUTABLE, IMMUTABLE or one of the two with exclusions. */
  tagMutability: z.string(),
  /** Of one with exclusions: the patterns of the tags that are excluded, in which `*` stands for any characters. */
  tagExceptions: z.array(z.string()).optional(),
  /** Missing where ECR does not describe it. */
  scanOnPush: z.boolean().optional(),
  /** AES256, KMS or KMS_DSSE. */
  encryption: z.string().optional(),
  /** The ARN of the key of KMS. */
  kmsKey: z.string().optional(),
  createdAt: Instant.optional(),
}));
export type Repository = Immutable<z.infer<typeof Repository>>;

/** What the lifecycle policy of a new repository removes. */
export const NewLifecycle = z.enum(['none', 'untagged', 'newest']);
export type NewLifecycle = z.infer<typeof NewLifecycle>;
/** Days after which a policy removes an image without a tag, and how many images `newest` keeps. */
export const UNTAGGED_DAYS = 14;
export const NEWEST_KEPT = 100;

/** A tag of an AWS resource. https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_Tag.html */
const ResourceTag = lazyStrictObject(() => ({ key: textUpTo(128).min(1), value: textUpTo(256) }));

export const NewRepository = lazyObject(() => ({
  repository: RepositoryName,
  /** Whether ECR lets a tag be pushed again with another image. */
  tags: z.enum(['immutable', 'mutable']),
  movableTag: ImageTag.optional().describe(
    'a tag that can be moved although the others are immutable, such as latest',
  ),
  /** Whether ECR scans each image that is pushed; its default is not to. */
  scanOnPush: z.boolean().optional(),
  /** Default: AES256, the keys of ECR. */
  encryption: z.enum(['AES256', 'KMS']).optional(),
  /** An ARN, an id or an alias, with KMS; without it the key of AWS for ECR. */
  kmsKey: textUpTo(2048).min(1).optional(),
  lifecycle: NewLifecycle.optional().describe(
    `untagged: removes images without a tag after ${UNTAGGED_DAYS} days; newest: and all but the newest ${NEWEST_KEPT}`,
  ),
  resourceTags: listUpTo(50, ResourceTag).optional(),
}));
export type NewRepository = Immutable<z.infer<typeof NewRepository>>;

/** What new repositories of an account get where nothing else is asked for. */
export const RepositoryDefaults = NewRepository.omit({ repository: true }).partial();
export type RepositoryDefaults = Immutable<z.infer<typeof RepositoryDefaults>>;

/** The settings of a new repository in words, such as `immutable tags, scan on push, encryption KMS`. */
export function newRepositoryText(wanted: Omit<NewRepository, 'repository'>): string {
  const { tags, movableTag, scanOnPush, encryption, kmsKey, lifecycle, resourceTags = [] } = wanted;
  return [
    tags === 'immutable' && movableTag !== undefined ? `immutable tags except ${movableTag}` : `${tags} tags`,
    ...(scanOnPush === true ? ['scan on push'] : []),
    ...(encryption === undefined
      ? []
      : [`encryption ${encryption}${kmsKey === undefined ? '' : ` with ${kmsKey}`}`]),
    ...(lifecycle === undefined || lifecycle === 'none'
      ? []
      : [
          lifecycle === 'untagged'
            ? `removal of untagged images after ${UNTAGGED_DAYS} days`
            : `removal of untagged images after ${UNTAGGED_DAYS} days and of all but the newest ${NEWEST_KEPT}`,
        ]),
    ...resourceTags.map(({ key, value }) => `tag ${key}=${value}`),
  ].join(', ');
}

export const CreatedRepository = lazyObject(() => ({
  repository: Repository,
  /** False for a repository that existed already, which was not changed. */
  created: z.boolean(),
  /** What of the new repository could not be set, in a sentence. */
  problem: z.string().optional(),
}));
export type CreatedRepository = Immutable<z.infer<typeof CreatedRepository>>;

/** The image of a container: as written in the task definition, and as resolved. */
export const ContainerImage = lazyObject(() => ({
  container: z.string(),
  image: z.string(),
  digest: Digest.optional(),
  facts: Image.optional(),
}));
export type ContainerImage = Immutable<z.infer<typeof ContainerImage>>;
