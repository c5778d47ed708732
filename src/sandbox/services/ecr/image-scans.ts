import {
  DescribeImageScanFindingsCommand,
  type EnhancedImageScanFinding,
  type FindingSeverity,
  type ImageDetail,
  type ImageIdentifier,
  ImageNotFoundException$,
  type ImageScanFinding,
  LimitExceededException$,
  ScanNotFoundException$,
  StartImageScanCommand,
  ValidationException$,
} from '@aws-sdk/client-ecr';
import { awsError, type CallContext, type Operation, operation } from '../../aws-api/service.ts';
import { startScan } from '../../registry/image-scan.ts';
import type { ImageScan, Repository, StoredImage } from '../../registry/repository.ts';
import type { EcrState } from './ecr-state.ts';
import { findRepository } from './find-repository.ts';
import { findIdentified } from './image-identifiers.ts';
import { page } from './pages.ts';

const SCANS_APART_MS = 24 * 60 * 60 * 1000;

/** StartImageScan, which basic scanning has, and DescribeImageScanFindings of basic and of enhanced scanning. */
export function imageScanOperations(state: EcrState): readonly Operation[] {
  return [
    operation(StartImageScanCommand, (input, context) => {
      const repository = findRepository(state, input, context);
      const image = scannedImage(repository, input.imageId, context);
      if (state.repositoriesIn(context.region).scanning.scanType === 'ENHANCED') {
        // https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_StartImageScan.html: it starts a basic scan.
        throw awsError(ValidationException$, 'This feature is disabled');
      }
      const now = state.clock.now();
      const previous = image.scan?.completedAt.getTime() ?? Number.NEGATIVE_INFINITY;
      if (now.getTime() - previous < SCANS_APART_MS) {
        const message = 'The scan quota per image has been exceeded. Wait and try again.';
        throw awsError(LimitExceededException$, message);
      }
      startScan(repository, image, now);
      return { ...names(repository, image, context), imageScanStatus: { status: 'IN_PROGRESS' as const } };
    }),

    operation(DescribeImageScanFindingsCommand, (input, context) => {
      const repository = findRepository(state, input, context);
      const image = scannedImage(repository, input.imageId, context);
      const { scan } = image;
      if (scan === undefined) {
        throw awsError(
          ScanNotFoundException$,
          `Image scan does not exist for the image with '{${imageIdText(input.imageId)}}' in the repository with name '${repository.name}' in the registry with id '${context.accountId}'`,
        );
      }
      const head = {
        ...names(repository, image, context),
        imageScanStatus: scanStatus(scan, state.clock.now()),
      };
      if (head.imageScanStatus.status === 'IN_PROGRESS') return head;
      const { items, ...rest } = page(scan.findings, ({ name = '' }) => name, input);
      const { enhanced } = scan;
      const findings =
        enhanced === undefined
          ? { findings: [...items] }
          : { enhancedFindings: items.map((item) => enhancedFinding(item, enhanced, scan, head.registryId)) };
      return { ...head, ...rest, imageScanFindings: { ...summaryOf(scan), ...findings } };
    }),
  ];
}

/** What DescribeImages shows of a scan. */
export function scanDetail(
  { scan }: StoredImage,
  now: Date,
): Pick<ImageDetail, 'imageScanStatus' | 'imageScanFindingsSummary'> {
  if (scan === undefined) return {};
  const imageScanStatus = scanStatus(scan, now);
  return imageScanStatus.status === 'IN_PROGRESS'
    ? { imageScanStatus }
    : { imageScanStatus, imageScanFindingsSummary: summaryOf(scan) };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-enhanced-describe-findings.html */
function scanStatus({ completedAt, enhanced }: ImageScan, now: Date) {
  if (now < completedAt) return { status: 'IN_PROGRESS' as const };
  return enhanced?.isContinuous === true
    ? { status: 'ACTIVE' as const, description: 'Continuous scan is selected for image.' }
    : { status: 'COMPLETE' as const, description: 'The scan was completed successfully.' };
}

/**
 * The same finding as Amazon Inspector writes it.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_EnhancedImageScanFinding.html
 */
function enhancedFinding(
  { name = '', severity, uri, description, attributes = [] }: ImageScanFinding,
  { withoutFix }: NonNullable<ImageScan['enhanced']>,
  { completedAt }: ImageScan,
  awsAccountId: string,
): EnhancedImageScanFinding {
  const attribute = (wanted: string) => attributes.find(({ key }) => key === wanted)?.value;
  const hasFix = !withoutFix.includes(name);
  return {
    awsAccountId,
    title: `${name} - ${attribute('package_name')}`,
    ...(description === undefined ? {} : { description }),
    ...(severity === undefined ? {} : { severity }),
    type: 'PACKAGE_VULNERABILITY',
    status: 'ACTIVE',
    firstObservedAt: completedAt,
    lastObservedAt: completedAt,
    fixAvailable: hasFix ? 'YES' : 'NO',
    packageVulnerabilityDetails: {
      vulnerabilityId: name,
      ...(uri === undefined ? {} : { sourceUrl: uri }),
      vulnerablePackages: [
        {
          name: attribute('package_name'),
          version: attribute('package_version'),
          fixedInVersion: hasFix ? FIXED_VERSION : 'NotAvailable',
        },
      ],
    },
  };
}

const FIXED_VERSION = '3.0.15';

function summaryOf({ completedAt, findings }: ImageScan) {
  const findingSeverityCounts: Partial<Record<FindingSeverity, number>> = {};
  for (const { severity = 'UNDEFINED' } of findings) {
    findingSeverityCounts[severity] = (findingSeverityCounts[severity] ?? 0) + 1;
  }
  return {
    imageScanCompletedAt: completedAt,
    vulnerabilitySourceUpdatedAt: completedAt,
    findingSeverityCounts,
  };
}

function scannedImage(
  repository: Repository,
  imageId: ImageIdentifier | undefined,
  { accountId }: CallContext,
): StoredImage {
  const found = findIdentified(repository, imageId ?? {});
  if (found.found) return found.image;
  throw awsError(
    ImageNotFoundException$,
    `The image with imageId {${imageIdText(imageId)}} does not exist within the repository with name '${repository.name}' in the registry with id '${accountId}'`,
  );
}

function imageIdText({ imageDigest = 'null', imageTag = 'null' }: ImageIdentifier = {}): string {
  return `imageDigest:'${imageDigest}', imageTag:'${imageTag}'`;
}

function names(repository: Repository, image: StoredImage, { accountId }: CallContext) {
  const [imageTag] = image.tags;
  return {
    registryId: accountId,
    repositoryName: repository.name,
    imageId: { imageDigest: image.digest, ...(imageTag !== undefined && { imageTag }) },
  };
}
