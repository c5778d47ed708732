import type { Judgement, Verdict } from '../../../../shared/model/metrics.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { formatClock } from '../../lib/format.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { useTimeZone } from '../../lib/time-zone.ts';
import { Mark, type MarkKind } from '../../ui/mark.tsx';
import { RollbackLink } from '../../ui/rollback-link.tsx';
import { METRICS_TEXT } from './metrics-text.ts';
import styles from './verdict-notice.module.css';

const POLL_MS = 60_000;
const MINUTE = 60_000;

const MARKS: Readonly<Record<Judgement, MarkKind>> = {
  worse: 'failed',
  better: 'ok',
  same: 'ok',
  'not-enough-data': 'idle',
};

interface VerdictNoticeProps {
  readonly service: ServiceRef;
  /** The ARN of the service deployment. */
  readonly deployment: string;
}

/** Whether the service answers better or worse since a deployment. One that is worse leads to the plan of a rollback. */
export function VerdictNotice({ service, deployment }: VerdictNoticeProps) {
  const { account, region, cluster, service: name } = service;
  const { data: verdict } = useEngineQuery(
    'services.verdict',
    { account, region, cluster, service: name, deployment },
    { pollMs: POLL_MS, staleMs: POLL_MS / 2 },
  );
  if (verdict === undefined) return null;
  const { judgement, sentence, proposesRollback } = verdict;
  return (
    <section className={styles.verdict} data-judgement={judgement} aria-label={METRICS_TEXT.verdict}>
      <Mark kind={MARKS[judgement]} />
      <span>
        {judgement === 'worse' ? <b>{sentence}</b> : sentence} <Windows verdict={verdict} />
      </span>
      {proposesRollback ? (
        <RollbackLink service={service} size="compact-xs">
          {METRICS_TEXT.rollBack}
        </RollbackLink>
      ) : null}
    </section>
  );
}

function Windows({ verdict: { before, after } }: { readonly verdict: Verdict }) {
  const zone = useTimeZone();
  if (before === undefined || after === undefined) return null;
  const minutes = (Date.parse(after.until) - Date.parse(after.since)) / MINUTE;
  const time = (at: string): string => formatClock(at, zone).slice(0, 5);
  return <small>{METRICS_TEXT.windows(minutes, time(before.since), time(after.since))}</small>;
}
