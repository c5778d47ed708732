import type { ECRClient } from '@aws-sdk/client-ecr';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { ContainerImage } from '../../../../shared/model/image.ts';
import type { ScanFinding } from '../../../../shared/model/image-scan.ts';
import type { ImageFindings } from '../../../../shared/model/revision.ts';
import type { Aws } from '../../aws/aws.ts';
import { findingKey, readScan } from '../../images/image-scan.ts';
import type { ReadSide } from './compared-side.ts';

const NOT_SCANNED = 'At least one of the images was not scanned.';

/**
 * What the scans of two images found, for the containers whose image version differs and was found in ECR on both sides
 * (ECR DescribeImageScanFindings). Why there is no answer for a container is said beside it.
 */
export async function compareFindings(
  aws: Pick<Aws, 'ecr'>,
  before: ReadSide,
  after: ReadSide,
  signal: AbortSignal,
): Promise<readonly ImageFindings[]> {
  const pairs = after.images.flatMap((now) => {
    const old = before.images.find(({ container }) => container === now.container);
    return old?.facts && now.facts && old.facts.digest !== now.facts.digest ? [{ old, now }] : [];
  });
  return Promise.all(
    pairs.map(async ({ old, now }): Promise<ImageFindings> => {
      const { container } = now;
      try {
        const [had, has] = await Promise.all([
          findingsOf(aws.ecr(before.scope, 'visible'), old, signal),
          findingsOf(aws.ecr(after.scope, 'visible'), now, signal),
        ]);
        return { container, ...compare(had, has) };
      } catch (error) {
        if (!(error instanceof SlipwayError) || error.code === 'CANCELLED') throw error;
        return { container, came: [], went: [], same: 0, problem: error.message };
      }
    }),
  );
}

function compare(
  had: readonly ScanFinding[],
  has: readonly ScanFinding[],
): Pick<ImageFindings, 'came' | 'went' | 'same'> {
  const before = new Set(had.map(findingKey));
  const after = new Set(has.map(findingKey));
  return {
    came: has.filter((finding) => !before.has(findingKey(finding))),
    went: had.filter((finding) => !after.has(findingKey(finding))),
    same: has.filter((finding) => before.has(findingKey(finding))).length,
  };
}

async function findingsOf(
  ecr: ECRClient,
  { facts }: ContainerImage,
  signal: AbortSignal,
): Promise<readonly ScanFinding[]> {
  const scan = await readScan(
    ecr,
    { repository: facts?.repository ?? '', imageId: { imageDigest: facts?.digest }, now: new Date() },
    signal,
  );
  if (scan.state === 'none') throw new SlipwayError('NOT_FOUND', NOT_SCANNED);
  return scan.findings;
}
