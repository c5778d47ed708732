import type { FindingSeverity, ImageScanFinding, RegistryScanningRule } from '@aws-sdk/client-ecr';
import { starPattern } from '../../shared/wildcard.ts';
import type { Repositories } from './repositories.ts';
import { changeImage, type Repository, type StoredImage } from './repository.ts';

/** The label that says what a scan of an image finds, such as `CRITICAL=1,HIGH=3`. Without it: nothing. */
const FINDINGS_LABEL = 'slipway.sandbox.findings';
/** How many of them, in the same form, no version of the package fixes. Only enhanced scanning says so. */
const WITHOUT_FIX_LABEL = 'slipway.sandbox.findings-without-fix';

const SCAN_MS = 20_000;

/** Starts a basic scan, whose result is there after some seconds. */
export function startScan(repository: Repository, image: StoredImage, now: Date): void {
  const completedAt = new Date(now.getTime() + SCAN_MS);
  changeImage(repository, image, { scan: { completedAt, findings: findingsOf(image) } });
}

/**
 * Scans a pushed image when its repository or a rule of the registry says so. With enhanced scanning only the rules count.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-enhanced.html
 */
export function scanPushed(
  repositories: Repositories,
  repository: Repository,
  image: StoredImage,
  now: Date,
): void {
  // ECR scans the images of an index, and neither the index nor artifacts such as signatures.
  if (image.config === undefined) return;
  const rules = scanRulesOf(repositories, repository.name);
  const has = (wanted: RegistryScanningRule['scanFrequency']) =>
    rules.some(({ scanFrequency }) => scanFrequency === wanted);
  if (repositories.scanning.scanType !== 'ENHANCED') {
    if (repository.scanOnPush || has('SCAN_ON_PUSH')) startScan(repository, image, now);
    return;
  }
  if (!has('SCAN_ON_PUSH') && !has('CONTINUOUS_SCAN')) return;
  const counts = countsOf(image, WITHOUT_FIX_LABEL);
  const withoutFix = SEVERITIES.flatMap((severity) => {
    const ofSeverity = findingsOf(image).filter((finding) => finding.severity === severity);
    return ofSeverity.slice(0, counts.get(severity) ?? 0).map(({ name = '' }) => name);
  });
  changeImage(repository, image, {
    scan: {
      completedAt: new Date(now.getTime() + SCAN_MS),
      findings: findingsOf(image),
      enhanced: { isContinuous: has('CONTINUOUS_SCAN'), withoutFix },
    },
  });
}

/**
 * The scan rules of the registry that are for a repository, each with only those of its filters that match. A filter
 * without a wildcard matches names that contain it.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-filters.html
 */
export function scanRulesOf({ scanning }: Repositories, name: string): readonly RegistryScanningRule[] {
  return (scanning.rules ?? [])
    .map((rule) => ({
      ...rule,
      repositoryFilters: rule.repositoryFilters?.filter(({ filter = '' }) => {
        const pattern = filter.includes('*') ? filter : `*${filter}*`;
        return starPattern(pattern).matches(name);
      }),
    }))
    .filter(({ repositoryFilters = [] }) => repositoryFilters.length > 0);
}

const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL', 'UNDEFINED'] as const;
const MOST_FINDINGS = 1000;

function countsOf(image: StoredImage, label: string): ReadonlyMap<string, number> {
  return new Map(
    (image.config?.labels[label] ?? '')
      .split(',')
      .map((part) => part.trim().split('='))
      .map(([severity = '', count]) => [severity, Number(count)]),
  );
}

/**
 * The worst first, named by their severity, so that two images share what they both have: CVE-2026-10001 is critical,
 * CVE-2026-20001 is high. Parts of the label other than `SEVERITY=count` are ignored.
 */
function findingsOf(image: StoredImage): readonly ImageScanFinding[] {
  const counts = countsOf(image, FINDINGS_LABEL);
  return SEVERITIES.flatMap((severity, index) => {
    const count = counts.get(severity) ?? 0;
    const isCount = Number.isInteger(count) && count > 0;
    return Array.from({ length: isCount ? Math.min(count, MOST_FINDINGS) : 0 }, (_, at) =>
      madeUp(`CVE-2026-${index + 1}${String(at + 1).padStart(4, '0')}`, severity),
    );
  });
}

function madeUp(name: string, severity: FindingSeverity): ImageScanFinding {
  return {
    name,
    severity,
    description: 'A finding that the sandbox made up, as the label of the image asks for.',
    uri: `https://www.cve.org/CVERecord?id=${name}`,
    attributes: [
      { key: 'package_name', value: 'openssl' },
      { key: 'package_version', value: '3.0.0' },
    ],
  };
}
