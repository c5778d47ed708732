import type { ScanFinding } from '../../../../shared/model/image-scan.ts';
import type { ImageFindings } from '../../../../shared/model/revision.ts';
import { Card } from '../../ui/card.tsx';
import lines from '../../ui/difference-list.module.css';
import { ScanFindingLine } from '../../ui/scan-finding-line.tsx';
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
          {sign} <ScanFindingLine finding={finding} isGone={sign === '−'} />
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
