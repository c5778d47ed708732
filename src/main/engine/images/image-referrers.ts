import {
  type ECRClient,
  type ImageReferrer as EcrReferrer,
  ListImageReferrersCommand,
} from '@aws-sdk/client-ecr';
import type { ImageReferrer, ImageReferrers } from '../../../shared/model/image-scan.ts';

const MOST_REFERRERS = 100;
const PAGE = 50;
/** A page may be empty and name a next one. */
const MOST_PAGES = 10;
const LONGEST_TYPE = 255;

/**
 * What refers to an image: signatures, SBOMs and attestations, archived ones too (ECR ListImageReferrers). Of an index, not
 * what refers to the images of its platforms.
 */
export async function listReferrers(
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
  return {
    referrers: found.slice(0, MOST_REFERRERS),
    isCut: nextToken !== undefined || found.length > MOST_REFERRERS,
  };
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
