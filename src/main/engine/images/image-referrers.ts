import {
  type ECRClient,
  type ImageReferrer as EcrReferrer,
  ListImageReferrersCommand,
} from '@aws-sdk/client-ecr';
import type { Platform } from '../../../shared/model/image.ts';
import type { ImageReferrer, ImageReferrers } from '../../../shared/model/image-scan.ts';
import { imageOfPlatform, type ManifestChild } from './manifest.ts';
import { type FoundManifest, readManifests } from './read-manifests.ts';

const MOST_REFERRERS = 100;
const PAGE = 50;
/** A page may be empty and name a next one. */
const MOST_PAGES = 10;
const LONGEST_TYPE = 255;

/** What else a person may know of an image: tools that know no referrers put them under a tag made of its digest. */
const TAGGED = { '.sig': 'signature', '.att': 'attestation', '.sbom': 'sbom' } as const;
/** An index has an image for each platform; one with more is told by its first ones. */
const MOST_PLATFORMS = 20;

interface ReferredImage {
  readonly repository: string;
  readonly digest: string;
  /** Of the images of an index, only the one that a task of this platform runs. */
  readonly only?: Platform;
}

/**
 * What refers to an image: signatures, SBOMs and attestations, archived ones too (ECR ListImageReferrers), and those under a tag
 * of cosign (BatchGetImage). Of an index, also what refers to the images of its platforms.
 * https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
 */
export async function listReferrers(
  ecr: ECRClient,
  { repository, digest, only }: ReferredImage,
  signal: AbortSignal,
): Promise<ImageReferrers> {
  const [own, { found }] = await Promise.all([
    referrersOf(ecr, { repository, digest }, signal),
    readManifests(ecr, repository, [{ imageDigest: digest }, ...tagsOf(digest)], signal),
  ]);
  const manifest = found.find((each) => each.digest === digest)?.manifest;
  const images = manifest?.kind === 'index' ? manifest.images : [];
  const wanted = only === undefined ? images : present(imageOfPlatform(images, only));
  const children = wanted.slice(0, MOST_PLATFORMS);
  const ofChildren = await referrersOfChildren(ecr, { repository, children }, signal);
  const all = [...own.referrers, ...taggedOf(digest, found), ...ofChildren.referrers];
  return {
    referrers: all.slice(0, MOST_REFERRERS),
    isCut: own.isCut || ofChildren.isCut || all.length > MOST_REFERRERS || children.length < wanted.length,
  };
}

async function referrersOfChildren(
  ecr: ECRClient,
  { repository, children }: { readonly repository: string; readonly children: readonly ManifestChild[] },
  signal: AbortSignal,
): Promise<ImageReferrers> {
  if (children.length === 0) return { referrers: [], isCut: false };
  const tags = children.flatMap(({ digest }) => tagsOf(digest));
  const { found } = await readManifests(ecr, repository, tags, signal);
  const lists = await Promise.all(
    children.map(async ({ digest, platform }) => {
      const { referrers, isCut } = await referrersOf(ecr, { repository, digest }, signal);
      const label = [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/');
      const ofPlatform = [...referrers, ...taggedOf(digest, found)];
      return { isCut, referrers: ofPlatform.map((each) => ({ ...each, platform: label })) };
    }),
  );
  return {
    referrers: lists.flatMap(({ referrers }) => referrers),
    isCut: lists.some(({ isCut }) => isCut),
  };
}

function tagsOf(digest: string): readonly { readonly imageTag: string }[] {
  return Object.keys(TAGGED).map((end) => ({ imageTag: `${digest.replace(':', '-')}${end}` }));
}

function taggedOf(digest: string, found: readonly FoundManifest[]): readonly ImageReferrer[] {
  return Object.entries(TAGGED).flatMap(([end, kind]) => {
    const tag = `${digest.replace(':', '-')}${end}`;
    const tagged = found.find((each) => each.tag === tag);
    if (tagged === undefined) return [];
    return [{ digest: tagged.digest, kind, tag, sizeBytes: tagged.sizeBytes, status: 'ACTIVE' }];
  });
}

function present<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}

async function referrersOf(
  ecr: ECRClient,
  { repository, digest }: { readonly repository: string; readonly digest: string },
  signal: AbortSignal,
): Promise<ImageReferrers> {
  const found: ImageReferrer[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES && found.length < MOST_REFERRERS; page += 1) {
    const command = new ListImageReferrersCommand({
      repositoryName: repository,
      subjectId: { imageDigest: digest },
      filter: { artifactStatus: 'ANY' },
      maxResults: PAGE,
      nextToken,
    });
    const answer = await ecr.send(command, { abortSignal: signal });
    found.push(...(answer.referrers ?? []).flatMap(referrerOf));
    nextToken = answer.nextToken;
    if (nextToken === undefined) break;
  }
  return { referrers: found, isCut: nextToken !== undefined };
}

function referrerOf(referrer: EcrReferrer): readonly ImageReferrer[] {
  const { digest, artifactType, size = 0, artifactStatus = 'ACTIVE' } = referrer;
  if (digest === undefined) return [];
  return [
    {
      digest,
      kind: kindOf(referrer),
      ...(artifactType ? { artifactType: artifactType.slice(0, LONGEST_TYPE) } : {}),
      sizeBytes: size,
      status: artifactStatus,
    },
  ];
}

/**
 * By the artifact type, and for a bundle of Sigstore, which can be each of them, by what it states.
 * https://github.com/sigstore/cosign/blob/main/specs/BUNDLE_SPEC.md
 */
function kindOf({ artifactType = '', annotations = {} }: EcrReferrer): ImageReferrer['kind'] {
  const type = artifactType.toLowerCase();
  const predicate = (annotations['dev.sigstore.bundle.predicateType'] ?? '').toLowerCase();
  const stated = type.includes('sigstore.bundle') ? predicate : type;
  if (['spdx', 'cyclonedx', 'sbom'].some((word) => stated.includes(word))) return 'sbom';
  if (['cosign/sign', 'signature', 'artifact.sig'].some((word) => stated.includes(word))) return 'signature';
  // A bundle without a predicate is a signature of the message itself.
  if (type.includes('sigstore.bundle')) return predicate === '' ? 'signature' : 'attestation';
  if (['in-toto', 'attestation', 'provenance'].some((word) => stated.includes(word))) return 'attestation';
  return 'other';
}
