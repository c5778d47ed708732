import { SegmentedControl, useComputedColorScheme } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Input } from '../../../../shared/contract.ts';
import type { Deployment } from '../../../../shared/model/deployment.ts';
import { releaseName } from '../../../../shared/model/image-version.ts';
import type { MetricName, ServiceMetrics } from '../../../../shared/model/metrics.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPage, StaleNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { Mark } from '../../ui/mark.tsx';
import { Mono } from '../../ui/mono.tsx';
import { type ChartMark, chartsOf, timeScaleOf } from './charts.ts';
import { MetricChart } from './metric-chart.tsx';
import styles from './metrics-panel.module.css';
import { MetricsTable } from './metrics-table.tsx';
import { METRICS_TEXT } from './metrics-text.ts';
import { VerdictNotice } from './verdict-notice.tsx';

/** CloudWatch has a new value each minute. */
const POLL_MS = 60_000;
const MINUTE = 60_000;
const AROUND_MS = 30 * MINUTE;

const RANGES = ['60', '180', '1440', 'deployment'] as const;
type Range = (typeof RANGES)[number];
const VIEWS = ['charts', 'table'] as const;
type View = (typeof VIEWS)[number];

interface MetricsPanelProps {
  readonly service: ServiceRef;
  /** The ARN of the deployment whose card is open, which has its verdict; otherwise the newest one is looked at. */
  readonly deployment?: string | undefined;
}

/** The metrics of a service around its deployments, as charts or as a table. */
export function MetricsPanel({ service, deployment }: MetricsPanelProps) {
  const [range, setRange] = useState<Range>(deployment === undefined ? '60' : 'deployment');
  const [view, setView] = useState<View>('charts');
  const deployments = useDeployments(service);
  const marks = useMarks(deployments, service.service);
  const looked = deployments.find(({ arn }) => arn === deployment) ?? deployments[0];
  const metrics = useEngineQuery(
    'services.metrics',
    { ...refOf(service), ...spanOf(range, looked) },
    { pollMs: POLL_MS, staleMs: POLL_MS },
  );
  return (
    <>
      <div className={styles.bar}>
        <SegmentedControl
          size="xs"
          aria-label={METRICS_TEXT.range}
          value={range}
          onChange={(next) => setRange(RANGES.find((each) => each === next) ?? range)}
          data={RANGES.map((each) => ({
            value: each,
            label: METRICS_TEXT.ranges[each],
            disabled: each === 'deployment' && looked === undefined,
          }))}
        />
        <SegmentedControl
          size="xs"
          aria-label={METRICS_TEXT.view}
          value={view}
          onChange={(next) => setView(VIEWS.find((each) => each === next) ?? view)}
          data={VIEWS.map((each) => ({ value: each, label: METRICS_TEXT[each] }))}
        />
        {metrics.data && (
          <span className={styles.soft}>
            {METRICS_TEXT.every(metrics.data.periodSeconds)} {METRICS_TEXT.late}
          </span>
        )}
      </div>
      {looked !== undefined && looked.arn !== deployment && hasVerdict(looked, range) ? (
        <div className={styles.verdict}>
          <VerdictNotice service={service} deployment={looked.arn} />
        </div>
      ) : null}
      {metrics.data ? (
        <>
          <StaleNotice error={metrics.error} onRetry={() => void metrics.refetch()} />
          <Shown metrics={metrics.data} view={view} marks={marks} />
          <Gaps metrics={metrics.data} />
        </>
      ) : metrics.error ? (
        <ErrorPage error={metrics.error} onRetry={() => void metrics.refetch()} />
      ) : (
        <LoadingRows what={METRICS_TEXT.loading} rows={3} height={150} />
      )}
    </>
  );
}

const JUDGED_FOR_MS = 24 * 60 * MINUTE;

/** A deployment that is looked at, or that is part of what the charts show. */
function hasVerdict({ arn, outcome, startedAt, createdAt }: Deployment, range: Range): boolean {
  if (!arn.includes(':service-deployment/') || (outcome !== 'succeeded' && outcome !== 'in-progress'))
    return false;
  const start = Date.parse(startedAt ?? createdAt ?? '');
  return range === 'deployment' || Date.now() - start < JUDGED_FOR_MS;
}

/** The charts in one row, for the top of another page: CPU, memory, errors. Loaded with the code of the charts. */
export function MetricStrip({
  service,
  minutes,
}: {
  readonly service: ServiceRef;
  readonly minutes: number;
}) {
  const deployments = useDeployments(service);
  const marks = useMarks(deployments, service.service);
  const input = { ...refOf(service), minutes };
  const metrics = useEngineQuery('services.metrics', input, { pollMs: POLL_MS, staleMs: POLL_MS });
  if (!metrics.data) return null;
  return <Charts metrics={metrics.data} only={STRIP} marks={marks} height={74} className={styles.strip} />;
}

const STRIP: ReadonlySet<MetricName> = new Set(['cpu', 'memory', 'errors']);

interface ShownProps {
  readonly metrics: ServiceMetrics;
  readonly marks: readonly ChartMark[];
}

function Shown({ metrics, view, marks }: ShownProps & { readonly view: View }) {
  if (chartsOf(metrics).length === 0) {
    // Where the permission is missing, the notice below says so.
    if (metrics.series.length === 0) return null;
    return <EmptyState title={METRICS_TEXT.none}>{METRICS_TEXT.noneHelp}</EmptyState>;
  }
  if (view === 'table') return <MetricsTable metrics={metrics} />;
  return <Charts metrics={metrics} marks={marks} height={132} className={styles.grid} />;
}

interface ChartsProps extends ShownProps {
  readonly only?: ReadonlySet<MetricName>;
  readonly height: number;
  readonly className: string | undefined;
}

function Charts({ metrics, marks, only, height, className }: ChartsProps) {
  // A chart is made again when what it shows changes, and not because something else on the page did.
  const charts = useMemo(() => chartsOf(metrics), [metrics]);
  const scale = useMemo(() => timeScaleOf(metrics), [metrics]);
  const shown = useMemo(() => inRange(marks, scale.times), [marks, scale]);
  const colours = useComputedColorScheme();
  return (
    <div className={className}>
      {charts
        .filter(({ metric }) => only?.has(metric) ?? true)
        .map((chart) => (
          // A canvas is drawn again in the colours of another theme.
          <MetricChart
            key={`${chart.metric} ${colours}`}
            chart={chart}
            scale={scale}
            marks={shown}
            height={height}
          />
        ))}
    </div>
  );
}

/** What could not be read, and what is missing because of it. */
function Gaps({ metrics: { gaps } }: { readonly metrics: ServiceMetrics }) {
  if (gaps.length === 0) return null;
  return (
    <ul className={styles.gaps} aria-label={METRICS_TEXT.notShown}>
      {gaps.map(({ what, sentence, action }) => (
        <li key={`${what} ${sentence}`}>
          <Mark kind={what === 'permission' || what === 'metrics' ? 'warning' : 'idle'} />
          <span>
            {sentence}
            {action !== undefined && !sentence.includes(action) ? (
              <>
                {' '}
                {METRICS_TEXT.missing} <Mono>{action}</Mono>
              </>
            ) : null}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The charts can do without their marks. */
function useDeployments(service: ServiceRef): readonly Deployment[] {
  return useEngineQuery('services.deployments', refOf(service), { staleMs: 30_000 }).data ?? NO_DEPLOYMENTS;
}

const NO_DEPLOYMENTS: readonly Deployment[] = [];

function useMarks(deployments: readonly Deployment[], service: string): readonly ChartMark[] {
  return useMemo(() => marksOf(deployments, service), [deployments, service]);
}

function refOf({ account, region, cluster, service }: ServiceRef): ServiceRef {
  return { account, region, cluster, service };
}

function spanOf(
  range: Range,
  deployment: Deployment | undefined,
): Pick<Input<'services.metrics'>, 'minutes' | 'since' | 'until'> {
  const start = deployment?.startedAt ?? deployment?.createdAt;
  if (range !== 'deployment' || start === undefined)
    return { minutes: range === 'deployment' ? 60 : Number(range) };
  const end = deployment?.finishedAt;
  return {
    since: new Date(Date.parse(start) - AROUND_MS).toISOString(),
    ...(end !== undefined && { until: new Date(Date.parse(end) + AROUND_MS).toISOString() }),
  };
}

function marksOf(deployments: readonly Deployment[], service: string): readonly ChartMark[] {
  return deployments
    .flatMap((deployment) => {
      const at = deployment.startedAt ?? deployment.createdAt;
      return at === undefined
        ? []
        : [{ at: Date.parse(at) / 1000, name: releaseName(deployment, service) ?? deployment.id }];
    })
    .toSorted((one, other) => one.at - other.at);
}

function inRange(marks: readonly ChartMark[], times: readonly number[]): readonly ChartMark[] {
  const [first = 0] = times;
  const last = times.at(-1) ?? 0;
  return marks.filter(({ at }) => at >= first && at <= last);
}
