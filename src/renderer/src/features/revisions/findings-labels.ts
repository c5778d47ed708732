import type { ImageFindings, ScanFinding } from '../../../../shared/model/revision.ts';

/** Severities of ECR, the worst first; what AWS adds later comes after them. */
const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL', 'UNDEFINED'];

/** How many came, went and stayed, or why that is not known. */
export function findingsLabel({ came, went, same, problem }: ImageFindings): string {
  if (problem !== undefined) return problem;
  if (came.length + went.length + same === 0) return 'No findings on either side';
  return `${came.length} new, ${went.length} resolved, ${same} unchanged`;
}

export function bySeverity(findings: readonly ScanFinding[]): readonly ScanFinding[] {
  return findings.toSorted(
    (one, other) => rank(one.severity) - rank(other.severity) || one.name.localeCompare(other.name),
  );
}

function rank(severity: string): number {
  const place = SEVERITIES.indexOf(severity);
  return place === -1 ? SEVERITIES.length : place;
}
