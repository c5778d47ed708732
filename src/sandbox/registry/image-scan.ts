import type { FindingSeverity, ImageScanFinding, RegistryScanningRule } from '@aws-sdk/client-ecr';
import { starPattern } from '../../shared/wildcard.ts';
import type { Repositories } from './repositories.ts';
import { changeImage, type Repository, type StoredImage } from './repository.ts';

/** The label that says what a scan of an image finds, such as `CRITICAL=1,HIGH=3`. Without it: nothing. */
const FINDINGS_LABEL = 'slipway.sandbox.findings';

const SCAN_MS = 20_000;

/** Starts a scan, whose result is there after some seconds. */
export function startScan(repository: Repository, image: StoredImage, now: Date): void {
  const completedAt = new Date(now.getTime() + SCAN_MS);
  const findings = findingsOf(image.config?.labels[FINDINGS_LABEL] ?? '');
  changeImage(repository, image, { scan: { completedAt, findings } });
}

/** Scans a pushed image when its repository or a rule of the registry says so. */
export function scanPushed(
  repositories: Repositories,
  repository: Repository,
  image: StoredImage,
  now: Date,
): void {
  const rules = scanRulesOf(repositories, repository.name);
  const isScanned =
    repository.scanOnPush || rules.some(({ scanFrequency }) => scanFrequency === 'SCAN_ON_PUSH');
  if (isScanned) startScan(repository, image, now);
}

/**
 * The scan rules of the registry that are for a repository, each with only those of its filters that match. A filter
 * without a wildcard matches names that contain it.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-filters.html
 */
export function scanRulesOf({ scanRules }: Repositories, name: string): readonly RegistryScanningRule[] {
  return scanRules
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

/** Findings named CVE-2026-00001 and so on, the worst first. Parts other than `SEVERITY=count` are ignored. */
function findingsOf(label: string): readonly ImageScanFinding[] {
  const counts = new Map(
    label
      .split(',')
      .map((part) => part.trim().split('='))
      .map(([severity, count]) => [severity, Number(count)]),
  );
  const severities = SEVERITIES.flatMap((severity) => {
    const count = counts.get(severity) ?? 0;
    return Number.isInteger(count) && count > 0
      ? Array<FindingSeverity>(Math.min(count, MOST_FINDINGS)).fill(severity)
      : [];
  });
  return severities.map((severity, index) => {
    const name = `CVE-2026-${String(index + 1).padStart(5, '0')}`;
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
  });
}
