import type { ScanFinding } from '../../../../shared/model/image-scan.ts';

/** Severities of ECR, the worst first; what AWS adds later comes after them. */
const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL', 'UNDEFINED'];

/** Findings, the worst first. */
export function bySeverity(findings: readonly ScanFinding[]): readonly ScanFinding[] {
  return findings.toSorted(
    (one, other) => rank(one.severity) - rank(other.severity) || one.name.localeCompare(other.name),
  );
}

function rank(severity: string): number {
  const place = SEVERITIES.indexOf(severity);
  return place === -1 ? SEVERITIES.length : place;
}
