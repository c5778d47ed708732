import {
  DescribeImageScanFindingsCommand,
  type ECRClient,
  type ImageScanFindings,
} from '@aws-sdk/client-ecr';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { ContainerImage } from '../../../../shared/model/image.ts';
import type { ImageFindings, ScanFinding } from '../../../../shared/model/revision.ts';
import type { Aws } from '../../aws/aws.ts';
import { awsErrorName } from '../../aws/errors.ts';
import type { ReadSide } from './compared-side.ts';

/** A digest that has thousands of findings is told by its first ones. */
const MOST_PAGES = 5;

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
        return { container, came: [], went: [], same: 0, problem: problemOf(error) };
      }
    }),
  );
}

function compare(
  had: readonly ScanFinding[],
  has: readonly ScanFinding[],
): Pick<ImageFindings, 'came' | 'went' | 'same'> {
  const before = new Set(had.map(keyOf));
  const after = new Set(has.map(keyOf));
  return {
    came: has.filter((finding) => !before.has(keyOf(finding))),
    went: had.filter((finding) => !after.has(keyOf(finding))),
    same: has.filter((finding) => before.has(keyOf(finding))).length,
  };
}

function keyOf({ name, component }: ScanFinding): string {
  return JSON.stringify([name, component]);
}

async function findingsOf(
  ecr: ECRClient,
  { facts }: ContainerImage,
  signal: AbortSignal,
): Promise<readonly ScanFinding[]> {
  const findings = new Map<string, ScanFinding>();
  let nextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const command = new DescribeImageScanFindingsCommand({
      repositoryName: facts?.repository,
      imageId: { imageDigest: facts?.digest },
      maxResults: 1000,
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    const answer = await ecr.send(command, { abortSignal: signal });
    for (const finding of ofScan(answer.imageScanFindings)) findings.set(keyOf(finding), finding);
    nextToken = answer.nextToken;
    if (nextToken === undefined) break;
  }
  return [...findings.values()];
}

/** Findings of basic scanning, and those of enhanced scanning (Amazon Inspector). */
function ofScan({ findings = [], enhancedFindings = [] }: ImageScanFindings = {}): readonly ScanFinding[] {
  const basic = findings.map(({ name = '', severity = 'UNDEFINED', uri, attributes = [] }) => {
    const component = attributes.find(({ key }) => key === 'package_name')?.value;
    return { name, severity, ...(uri && { uri }), ...(component && { component }) };
  });
  const enhanced = enhancedFindings.map(
    ({ packageVulnerabilityDetails, title = '', severity = 'UNDEFINED' }) => {
      const { vulnerabilityId, sourceUrl, vulnerablePackages } = packageVulnerabilityDetails ?? {};
      const component = vulnerablePackages?.[0]?.name;
      return {
        name: vulnerabilityId ?? title,
        severity,
        ...(sourceUrl && { uri: sourceUrl }),
        ...(component && { component }),
      };
    },
  );
  return [...basic, ...enhanced];
}

function problemOf(error: SlipwayError): string {
  if (awsErrorName(error) === 'ScanNotFoundException') return 'At least one of the images was not scanned.';
  return error.message;
}
