import {
  DescribeImageScanFindingsCommand,
  type DescribeImageScanFindingsResponse,
  type ECRClient,
  type ImageIdentifier,
  type ImageScanFindings,
  type ScanStatus,
} from '@aws-sdk/client-ecr';
import type { Platform } from '../../../shared/model/image.ts';
import type { ImageScan, ScanFinding } from '../../../shared/model/image-scan.ts';
import { awsErrorName } from '../aws/errors.ts';
import { imageOfPlatform } from './manifest.ts';
import { readManifests } from './read-manifests.ts';

/** An image that has thousands of findings is told by its first ones. */
const MOST_PAGES = 5;
const PAGE = 1000;
/** The longest name, version or address of a finding that is passed on. */
const LONGEST = 500;
/** A scan of basic scanning stands still; vulnerabilities of some weeks are missing in it then. */
const OLD_MS = 30 * 24 * 60 * 60 * 1000;

/** Severities of ECR, the worst first; what AWS adds later comes after them. */
const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL', 'UNDEFINED'];

/**
 * The states in which there is no scan to rely on. An image that is none of these is scanned, or is being scanned.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageScanStatus.html
 */
const FAILURES: Partial<Record<ScanStatus, string>> = {
  FAILED: 'The scan failed.',
  UNSUPPORTED_IMAGE: 'ECR cannot scan an image of this operating system or media type.',
  FINDINGS_UNAVAILABLE: 'ECR has no findings of this image at present.',
  LIMIT_EXCEEDED: 'The scan was not started: the limit of the account for scans is reached.',
  SCAN_ELIGIBILITY_EXPIRED: 'Inspector no longer scans this image: it was pushed or pulled too long ago.',
  IMAGE_ARCHIVED: 'An archived image is not scanned. Restore it first.',
};

interface ScannedImage {
  readonly repository: string;
  readonly imageId: ImageIdentifier;
  readonly now: Date;
}

/** A finding, with what the scan says about a fix. */
export interface ReadFinding extends ScanFinding {
  /** Missing where the scan does not say: basic scanning names no fixes. */
  readonly hasFix?: boolean;
}

/** The scan of an image, with all of its findings as far as they are read. */
export interface ReadScan extends Omit<ImageScan, 'total' | 'findings'> {
  readonly findings: readonly ReadFinding[];
}

/**
 * What the last scan of an image found (ECR DescribeImageScanFindings), the worst first, by basic scanning or by Inspector.
 * Throws NOT_FOUND for an image or a repository that is not there.
 */
export async function readScan(
  ecr: ECRClient,
  { repository, imageId, now }: ScannedImage,
  signal: AbortSignal,
): Promise<ReadScan> {
  const findings = new Map<string, ReadFinding>();
  let first: DescribeImageScanFindingsResponse | undefined;
  let nextToken: string | undefined;
  try {
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const command = new DescribeImageScanFindingsCommand({
        repositoryName: repository,
        imageId,
        maxResults: PAGE,
        nextToken,
      });
      const answer = await ecr.send(command, { abortSignal: signal });
      first ??= answer;
      for (const finding of ofScan(answer.imageScanFindings)) findings.set(findingKey(finding), finding);
      nextToken = answer.nextToken;
      if (nextToken === undefined) break;
    }
  } catch (error) {
    if (awsErrorName(error) !== 'ScanNotFoundException') throw error;
    return { state: 'none', isOld: false, findings: [] };
  }
  const { status, description } = first?.imageScanStatus ?? {};
  const completedAt = first?.imageScanFindings?.imageScanCompletedAt;
  const failure = status === undefined ? undefined : FAILURES[status];
  return {
    state: failure !== undefined ? 'failed' : isRunning(status) ? 'running' : 'complete',
    ...(failure === undefined ? {} : { problem: [failure, cut(description ?? '')].join(' ').trim() }),
    ...(completedAt === undefined ? {} : { completedAt: completedAt.toISOString() }),
    // ACTIVE: Inspector scans the image again whenever a vulnerability is published.
    isOld: status !== 'ACTIVE' && completedAt !== undefined && now.getTime() - completedAt.getTime() > OLD_MS,
    findings: [...findings.values()].sort(byWeight),
  };
}

/**
 * The scan of what a task runs: of the image itself, or of the image of its platform where the digest is that of an index, which
 * ECR does not scan as a whole.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-troubleshooting.html
 */
export async function readScanOfPlatform(
  ecr: ECRClient,
  { repository, digest, platform, now }: PlatformImage,
  signal: AbortSignal,
): Promise<ReadScan> {
  const scan = await readScan(ecr, { repository, imageId: { imageDigest: digest }, now }, signal);
  if (scan.state !== 'none' && scan.state !== 'failed') return scan;
  const { found } = await readManifests(ecr, repository, [{ imageDigest: digest }], signal);
  const manifest = found[0]?.manifest;
  const child = manifest?.kind === 'index' ? imageOfPlatform(manifest.images, platform) : undefined;
  if (child === undefined) return scan;
  return readScan(ecr, { repository, imageId: { imageDigest: child.digest }, now }, signal);
}

interface PlatformImage {
  readonly repository: string;
  readonly digest: string;
  readonly platform: Platform;
  readonly now: Date;
}

/** The same for the same vulnerability of the same package, whatever the image. */
export function findingKey({ name, component }: ScanFinding): string {
  return JSON.stringify([name, component]);
}

function isRunning(status: ScanStatus | undefined): boolean {
  return status === 'IN_PROGRESS' || status === 'PENDING';
}

/** Findings of basic scanning, and those of enhanced scanning (Amazon Inspector). */
function ofScan({ findings = [], enhancedFindings = [] }: ImageScanFindings = {}): readonly ReadFinding[] {
  const basic = findings.map(({ name = '', severity = 'UNDEFINED', uri, attributes = [] }) => {
    const attribute = (wanted: string) => attributes.find(({ key }) => key === wanted)?.value;
    return findingOf({
      name,
      severity,
      uri,
      component: attribute('package_name'),
      installed: attribute('package_version'),
      fixedIn: undefined,
    });
  });
  const enhanced = enhancedFindings.map(
    ({ packageVulnerabilityDetails, title = '', severity = 'UNDEFINED', fixAvailable }) => {
      const { vulnerabilityId, sourceUrl, vulnerablePackages = [] } = packageVulnerabilityDetails ?? {};
      const affected = vulnerablePackages.find(({ fixedInVersion }) => isVersion(fixedInVersion));
      const shown = affected ?? vulnerablePackages[0];
      const finding = findingOf({
        name: vulnerabilityId ?? title,
        severity,
        uri: sourceUrl,
        component: shown?.name,
        installed: shown?.version,
        fixedIn: fixAvailable === 'NO' ? undefined : affected?.fixedInVersion,
      });
      // YES, NO or PARTIAL: then some of the packages have a fix.
      return {
        ...finding,
        hasFix: fixAvailable === undefined ? affected !== undefined : fixAvailable !== 'NO',
      };
    },
  );
  return [...basic, ...enhanced];
}

/** Inspector writes `NotAvailable` where no version has the fix. */
function isVersion(text: string | undefined): boolean {
  return text !== undefined && text !== '' && text !== 'NotAvailable';
}

type RawFinding = Record<'name' | 'severity', string> &
  Record<'uri' | 'component' | 'installed' | 'fixedIn', string | undefined>;

function findingOf({ name, severity, uri, component, installed, fixedIn }: RawFinding): ScanFinding {
  return {
    name: cut(name),
    severity: cut(severity),
    ...(uri && uri.length <= LONGEST && { uri }),
    ...(component && { component: cut(component) }),
    ...(installed && { installed: cut(installed) }),
    ...(fixedIn && { fixedIn: cut(fixedIn) }),
  };
}

function cut(text: string): string {
  return text.slice(0, LONGEST);
}

function byWeight(one: ScanFinding, other: ScanFinding): number {
  return (
    severityRank(one.severity) - severityRank(other.severity) ||
    Number(one.fixedIn === undefined) - Number(other.fixedIn === undefined) ||
    one.name.localeCompare(other.name)
  );
}

/** 0 for the worst. */
function severityRank(severity: string): number {
  const place = SEVERITIES.indexOf(severity);
  return place === -1 ? SEVERITIES.length : place;
}
