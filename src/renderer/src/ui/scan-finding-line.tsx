import { Anchor } from '@mantine/core';
import type { ScanFinding } from '../../../shared/model/image-scan.ts';
import type { MarkKind } from './mark.tsx';
import { Tag } from './tag.tsx';

/** Databases of vulnerabilities: where the links of a scan lead. */
const KNOWN_HOSTS: ReadonlySet<string> = new Set([
  'access.redhat.com',
  'alas.aws.amazon.com',
  'cve.mitre.org',
  'github.com',
  'linux.oracle.com',
  'nvd.nist.gov',
  'people.canonical.com',
  'security-tracker.debian.org',
  'security.alpinelinux.org',
  'ubuntu.com',
  'www.cve.org',
  'www.suse.com',
]);

interface ScanFindingLineProps {
  readonly finding: ScanFinding;
  /** It is not in the image any more. */
  readonly isGone?: boolean;
}

/** Severity, name with a link, and package of a finding, and which version of the package is without it. */
export function ScanFindingLine({ finding, isGone = false }: ScanFindingLineProps) {
  const { name, severity, uri, component, installed, fixedIn } = finding;
  const link = linkOf(uri);
  return (
    <>
      <Tag kind={isGone ? 'idle' : severityKind(severity)}>{severity.toLowerCase()}</Tag>{' '}
      {link === undefined ? (
        name
      ) : (
        <Anchor href={link} target="_blank" rel="noreferrer" underline="always" inherit>
          {name}
        </Anchor>
      )}{' '}
      <span>
        {component} {installed}
        {fixedIn === undefined ? null : `, fixed in ${fixedIn}`}
      </span>
    </>
  );
}

/** A scan may have any address; others are not links. */
function linkOf(uri: string | undefined): string | undefined {
  const url = uri === undefined ? null : URL.parse(uri);
  const isKnown = url?.protocol === 'https:' && KNOWN_HOSTS.has(url.host) && url.username === '';
  return isKnown ? url.href : undefined;
}

function severityKind(severity: string): MarkKind {
  if (severity === 'CRITICAL' || severity === 'HIGH') return 'failed';
  return severity === 'MEDIUM' ? 'warning' : 'idle';
}
