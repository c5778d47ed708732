import {
  DescribeImageScanFindingsCommand,
  type FindingSeverity,
  type ImageDetail,
  type ImageIdentifier,
  ImageNotFoundException$,
  LimitExceededException$,
  ScanNotFoundException$,
  StartImageScanCommand,
} from '@aws-sdk/client-ecr';
import { awsError, type CallContext, type Operation, operation } from '../../aws-api/service.ts';
import { startScan } from '../../registry/image-scan.ts';
import type { ImageScan, Repository, StoredImage } from '../../registry/repository.ts';
import type { EcrState } from './ecr-state.ts';
import { findRepository } from './find-repository.ts';
import { findIdentified } from './image-identifiers.ts';
import { page } from './pages.ts';

const SCANS_APART_MS = 24 * 60 * 60 * 1000;

/** StartImageScan and DescribeImageScanFindings, as basic scanning does it. */
export function imageScanOperations(state: EcrState): readonly Operation[] {
  return [
    operation(StartImageScanCommand, (input, context) => {
      const repository = findRepository(state, input, context);
      const image = scannedImage(repository, input.imageId, context);
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
      if (head.imageScanStatus.status !== 'COMPLETE') return head;
      const { items, ...rest } = page(scan.findings, ({ name = '' }) => name, input);
      return { ...head, ...rest, imageScanFindings: { ...summaryOf(scan), findings: [...items] } };
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
  return imageScanStatus.status === 'COMPLETE'
    ? { imageScanStatus, imageScanFindingsSummary: summaryOf(scan) }
    : { imageScanStatus };
}

function scanStatus({ completedAt }: ImageScan, now: Date) {
  return now < completedAt
    ? { status: 'IN_PROGRESS' as const }
    : { status: 'COMPLETE' as const, description: 'The scan was completed successfully.' };
}

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
