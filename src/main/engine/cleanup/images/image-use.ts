import type { Repository } from '@aws-sdk/client-ecr';
import type { ContainerImage, Task } from '@aws-sdk/client-ecs';
import { type ImageReference, parseImageReference } from '../../../../shared/model/image-reference.ts';
import { revisionNameOf } from '../../aws/arns.ts';
import { isIn } from '../../images/image-address.ts';
import type { DaemonDefinition } from '../../use/read-daemons.ts';
import {
  type DaemonUse,
  daemonReason,
  type RollbackTarget,
  serviceLabel,
  type UseGraph,
} from '../../use/use-graph.ts';
import type { LinkedImage } from './repository-images.ts';

/** A revision and the images that its containers name. */
export interface RevisionImages {
  readonly arn: string;
  readonly isActive: boolean;
  readonly images: readonly string[];
}

/** What is, or is being, deployed to a service, with the digests that ECS resolved. */
export interface DeployedImages {
  readonly serviceArn: string;
  readonly images: readonly ContainerImage[];
}

/** All that was read about who uses images: complete, or it is not made. */
export interface ImageUseReading {
  readonly tasks: readonly Task[];
  /** Who uses which revisions. */
  readonly revisionUse: UseGraph;
  readonly revisions: readonly RevisionImages[];
  readonly deployed: readonly DeployedImages[];
  readonly rollbackTargets: readonly RollbackTarget[];
  readonly daemons: readonly DaemonUse[];
  readonly daemonDefinitions: readonly DaemonDefinition[];
}

/** Something that refers to an image, by digest or by a tag of a repository. */
export interface ImageUse {
  readonly digest?: string | undefined;
  readonly tagged?: ImageReference & { readonly tag: string };
  readonly reason: string;
}

/**
 * Who refers to which image, the strongest reason first: what tasks and managed daemons run, what is deployed, the
 * rollback targets of services, and what revisions name: a tag stands for what it points at now.
 */
export function imageUses(reading: ImageUseReading): readonly ImageUse[] {
  const { tasks, revisionUse, revisions, deployed, rollbackTargets, daemons, daemonDefinitions } = reading;
  return [
    ...tasks.flatMap(({ taskDefinitionArn = '', containers = [] }) =>
      containers.map(({ imageDigest }) => ({
        digest: imageDigest,
        reason: runningReason(taskDefinitionArn, revisionUse),
      })),
    ),
    ...daemons.flatMap((daemon) => resolved(daemon.images, `${daemonName(daemon)}: ${daemonReason(daemon)}`)),
    ...deployed.flatMap(({ serviceArn, images }) =>
      resolved(images, `deployed to ${serviceLabel(serviceArn)}`),
    ),
    ...rollbackTargets.flatMap(({ serviceArn, images }) =>
      resolved(
        images,
        `rollback target of ${serviceLabel(serviceArn)}: in one of its recent successful releases`,
      ),
    ),
    // Before ECS has resolved a tag of a daemon, it is what the revision names.
    ...daemons.flatMap((daemon) =>
      daemon.images.flatMap(({ image = '' }) =>
        usesOf(image, `${daemonName(daemon)}: ${daemonReason(daemon)}`),
      ),
    ),
    ...daemonDefinitions.flatMap(({ arn, images }) =>
      images.flatMap((image) =>
        usesOf(image, `the daemon task definition ${revisionNameOf(arn)} refers to it`),
      ),
    ),
    ...usedFirst(revisions, revisionUse).flatMap((revision) =>
      revision.images.flatMap((image) => usesOf(image, namedReason(revision, revisionUse))),
    ),
  ];
}

function daemonName({ taskDefinitionArn = '' }: DaemonUse): string {
  return revisionNameOf(taskDefinitionArn);
}

/** What ECS resolved is pulled by its digest. */
function resolved(
  images: readonly Pick<ContainerImage, 'imageDigest'>[],
  reason: string,
): readonly ImageUse[] {
  return images.map(({ imageDigest }) => ({ digest: imageDigest, reason }));
}

/** Revisions in use come before unused ones, in the order of the graph. */
function usedFirst(revisions: readonly RevisionImages[], uses: UseGraph): readonly RevisionImages[] {
  const places = new Map([...uses.keys()].map((arn, place) => [arn, place]));
  const rank = ({ arn, isActive }: RevisionImages): number =>
    places.get(arn) ?? (isActive ? places.size : places.size + 1);
  return revisions.toSorted((one, other) => rank(one) - rank(other));
}

function runningReason(taskDefinitionArn: string, uses: UseGraph): string {
  const [use = 'used by a task'] = uses.get(taskDefinitionArn) ?? [];
  return `${revisionNameOf(taskDefinitionArn)}: ${use}`;
}

function namedReason({ arn, isActive }: RevisionImages, uses: UseGraph): string {
  const name = revisionNameOf(arn);
  const [use] = uses.get(arn) ?? [];
  if (use !== undefined) return `${name} refers to it (${use})`;
  return isActive ? `${name} refers to it` : `${name}, which is INACTIVE, refers to it`;
}

/** A reference with a digest is pulled by the digest; its tag is for people. Without either it means `latest`. */
function usesOf(image: string, reason: string): readonly ImageUse[] {
  const reference = parseImageReference(image);
  if (reference === undefined) return [];
  if (reference.digest !== undefined) return [{ digest: reference.digest, reason }];
  return [{ tagged: { ...reference, tag: reference.tag ?? 'latest' }, reason }];
}

/** Why an image is in use, or undefined. */
export type ReasonOfUse = (image: Pick<LinkedImage, 'digest' | 'tags'>) => string | undefined;

/**
 * Looks up the uses of one repository's images. A digest counts wherever it is named: the same image may be there
 * under another address.
 */
export function usesIn(repository: Repository, uses: readonly ImageUse[]): ReasonOfUse {
  const byDigest = new Map<string, string>();
  const byTag = new Map<string, string>();
  for (const { digest, tagged, reason } of uses) {
    if (digest !== undefined && !byDigest.has(digest)) byDigest.set(digest, reason);
    if (tagged !== undefined && !byTag.has(tagged.tag) && isIn(repository, tagged))
      byTag.set(tagged.tag, reason);
  }
  return ({ digest, tags }) => {
    const tag = tags.find((each) => byTag.has(each));
    return byDigest.get(digest) ?? (tag === undefined ? undefined : byTag.get(tag));
  };
}
