import { Anchor } from '@mantine/core';
import type { ImageFindings, ScanFinding } from '../../../../shared/model/revision.ts';
import { Card } from '../../ui/card.tsx';
import lines from '../../ui/difference-list.module.css';
import type { MarkKind } from '../../ui/mark.tsx';
import { Tag } from '../../ui/tag.tsx';
import { bySeverity } from './findings-by-severity.ts';
import styles from './findings-card.module.css';
import { COMPARE_TEXT, findingsLabel } from './revisions-text.ts';

const SHOWN = 30;

/** What the image scans found that came, and what went. */
export function FindingsCard({ findings }: { readonly findings: readonly ImageFindings[] }) {
  if (findings.length === 0) return null;
  return (
    <Card title={COMPARE_TEXT.findings}>
      <dl className={styles.list}>
        {findings.map((each) => (
          <div key={each.container} className={lines.line}>
            <dt className={lines.key}>{each.container}</dt>
            <dd className={lines.value}>
              <span className={styles.text}>{findingsLabel(each)}</span>
              <Findings sign="+" findings={each.came} />
              <Findings sign="−" findings={each.went} />
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

function Findings({
  sign,
  findings,
}: {
  readonly sign: '+' | '−';
  readonly findings: readonly ScanFinding[];
}) {
  const shown = bySeverity(findings).slice(0, SHOWN);
  const hidden = findings.length - shown.length;
  return (
    <>
      {shown.map((finding) => (
        <div key={`${finding.name} ${finding.component}`}>
          {sign}{' '}
          <Tag kind={sign === '+' ? severityKind(finding.severity) : 'idle'}>
            {finding.severity.toLowerCase()}
          </Tag>{' '}
          {finding.uri?.startsWith('https://') === true ? (
            <Anchor href={finding.uri} target="_blank" rel="noreferrer" inherit>
              {finding.name}
            </Anchor>
          ) : (
            finding.name
          )}{' '}
          <span className={styles.text}>{finding.component}</span>
        </div>
      ))}
      {hidden > 0 && (
        <div className={styles.text}>
          {sign} {COMPARE_TEXT.more(hidden)}
        </div>
      )}
    </>
  );
}

function severityKind(severity: string): MarkKind {
  if (severity === 'CRITICAL' || severity === 'HIGH') return 'failed';
  return severity === 'MEDIUM' ? 'warning' : 'idle';
}
