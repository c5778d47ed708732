import { z } from 'zod';
import { Scope } from '../model/account.ts';
import { listUpTo, textUpTo } from '../model/bounded.ts';
import { CommitsBetween } from '../model/commits.ts';
import { GuardedPlace } from '../model/environment.ts';
import {
  CreatedRepository,
  Digest,
  Image,
  ImageTag,
  NewRepository,
  Repository,
  RepositoryName,
} from '../model/image.ts';
import { ImagePlace, ImageReferrers, ImageScan } from '../model/image-scan.ts';
import { lazyObject, lazyStrictObject } from '../model/lazy-objects.ts';
import { Promoted, PromotionInput, PromotionProgress, RepositoryPlace } from '../model/promotion.ts';
import { RepositoryLifecycle } from '../model/repository-lifecycle.ts';
import { ImageUse, UnreadUses } from '../model/search.ts';
import { Done, type Methods } from './method.ts';

const ImageReference = textUpTo(512).min(1);

/** What a person answers to a change that has no plan, where the rules of the account ask for it. */
const Answers = {
  confirmation: textUpTo(300).optional(),
  overrides: listUpTo(100, textUpTo(300)).optional().describe('failed checks to override: release-window'),
} as const;

/** ECR repositories and their images. */
export const imagesMethods = {
  'repositories.list': {
    kind: 'query',
    about: 'Lists all ECR repositories of the account and region.',
    input: Scope,
    output: z.array(Repository),
  },
  'repositories.create': {
    kind: 'change',
    about:
      'Creates an ECR repository (CreateRepository, PutLifecyclePolicy), and writes it to the journal. One that ' +
      'exists is returned unchanged with created: false. The rules of the account, or of the cluster or service that it is ' +
      'for, decide whether it is allowed. Throws PREFLIGHT_FAILED where they are read-only or outside their release window, ' +
      'and INVALID_INPUT where they ask for a confirmation: the name of the service, or of the repository without a service.',
    input: lazyStrictObject(() => ({
      ...GuardedPlace.shape,
      ...Scope.shape,
      ...NewRepository.shape,
      ...Answers,
      remember: z.boolean().optional().describe('as what new repositories of the account get'),
    })),
    output: CreatedRepository,
  },
  'repositories.makeImmutable': {
    kind: 'change',
    about:
      'Makes all tags of a repository immutable (PutImageTagMutability), and writes it to the journal: a push of a tag that ' +
      'another image has is refused from then on. Exceptions that the repository has are removed. The strictest rules of the ' +
      'account and of the clusters that run its images, as far as these were read, hold as for repositories.create; the ' +
      'confirmation is the name of the repository.',
    input: lazyStrictObject(() => ({ ...RepositoryPlace.shape, ...Answers })),
    output: Done,
  },
  'repositories.lifecycle': {
    kind: 'query',
    about:
      'Returns the lifecycle policy of a repository in words, and what its next run would delete or archive. Nothing is ' +
      'deleted: ECR makes a preview (StartLifecyclePolicyPreview). Without a policy there are no rules.',
    input: lazyStrictObject(() => ({ ...Scope.shape, repository: RepositoryName })),
    output: RepositoryLifecycle,
  },
  'images.where': {
    kind: 'query',
    about:
      'Lists what runs images of a repository, or will, in all accounts: services, deployments in progress, and the rules, ' +
      'schedules and state machines that start tasks; then revisions that name one and that none of these runs, of the 10 newest of ' +
      'each family. It sends nothing: the answer is what was read last, as search.refresh ' +
      'reads it, with the time, and what could not be read. Each counts by the digest that it runs, and by the address of the repository.',
    input: lazyStrictObject(() => ({
      uri: textUpTo(2_048).min(1).describe('of the repository'),
      digests: listUpTo(2_000, Digest)
        .optional()
        .describe('of images in it, which may run under another address'),
    })),
    output: lazyObject(() => ({ uses: z.array(ImageUse), notRead: z.array(UnreadUses) })),
  },
  'images.list': {
    kind: 'query',
    about: 'Lists the images of a repository, most recently pushed first.',
    input: lazyStrictObject(() => ({ ...Scope.shape, repository: RepositoryName })),
    output: z.array(Image),
  },
  'images.scan': {
    kind: 'query',
    about:
      'Returns what the last scan of an image found (DescribeImageScanFindings), the worst first: at most 200 findings. ' +
      'Without a scan its state is none. Starts none.',
    input: ImagePlace,
    output: ImageScan,
  },
  'images.referrers': {
    kind: 'query',
    about:
      'Lists the signatures, SBOMs and attestations that refer to an image (ListImageReferrers), or have a tag of cosign, ' +
      'at most 100. Of an index, those of its platforms too. They are not verified.',
    input: lazyStrictObject(() => ({ ...RepositoryPlace.shape, digest: Digest })),
    output: ImageReferrers,
  },
  'images.addTag': {
    kind: 'change',
    about:
      'Adds a tag to an image of a repository, or moves the tag to it (PutImage). Transfers nothing. Throws CONFLICT where ' +
      'the tag has another image and cannot be moved, and NOT_FOUND for an image that is not there.',
    input: lazyStrictObject(() => ({ ...ImagePlace.shape, tag: ImageTag })),
    output: lazyObject(() => ({
      /** With its registry, tag and digest. */
      image: z.string(),
      digest: Digest,
      /** The image had this tag already. */
      alreadyThere: z.boolean(),
    })),
  },
  'images.restore': {
    kind: 'change',
    about:
      'Restores an archived image (UpdateImageStorageClass), and writes it to the journal. ECR needs up to 20 minutes: the ' +
      'image is ACTIVATING, and can be pulled once images.list has it as ACTIVE. Throws NOT_FOUND for an image that is not there. ' +
      'The rules hold as for repositories.makeImmutable.',
    input: lazyStrictObject(() => ({ ...ImagePlace.shape, ...Answers })),
    output: lazyObject(() => ({
      /** ECR's imageStatus: ACTIVATING, or ACTIVE. */
      status: z.string(),
    })),
  },
  'images.promote': {
    kind: 'stream',
    about:
      'Copies an image to another repository, account or region. Without Docker, with the same digest, and with its ' +
      'signatures and SBOMs. What the target has is not sent, and the tag comes last, so a copy that was interrupted can be ' +
      'started again. Throws CONFLICT for a tag that has another image and cannot be moved, NOT_FOUND for an image or a ' +
      'repository that is not there, FORBIDDEN with the missing action, REGISTRY_REFUSED for bytes without their digest.',
    input: PromotionInput,
    event: PromotionProgress,
    output: Promoted,
  },
  'images.commits': {
    kind: 'query',
    about:
      'Lists the commits between a running and a chosen image, at most 100. They come from the clone that ' +
      'images.setClone named. Without one it returns the commits of the labels, and the address of the comparison where the source is on a ' +
      'known host. Runs nothing that the clone configures.',
    input: lazyStrictObject(() => ({
      ...Scope.shape,
      running: ImageReference.describe('as the task definition names it'),
      runningDigest: Digest.optional().describe('what its tasks run'),
      chosen: ImageReference,
    })),
    output: CommitsBetween,
  },
  'images.setClone': {
    kind: 'change',
    about:
      'Remembers the folder of a local clone for a repository, as images.commits names it. Throws INVALID_INPUT for a ' +
      'folder without a git repository. Without a folder, the clone is forgotten.',
    input: lazyStrictObject(() => ({
      repository: textUpTo(2_048).min(1),
      folder: textUpTo(4_096).min(1).optional(),
    })),
    output: Done,
  },
} as const satisfies Methods;
