import type { ServiceMetrics } from '../../shared/model/metrics.ts';
import { MetricStrip } from '../src/features/metrics/metrics-panel.tsx';
import { GalleryDialog } from './gallery-window.tsx';
import { LONG_NAME } from './samples.ts';
import { CLUSTER, failed, forbidden, type GalleryState, loading, statesOf } from './states-of.tsx';

const METRICS = `${CLUSTER}/s/web?tab=metrics`;
const MINUTES = 60;
const START = Date.parse('2026-11-28T12:00:00Z');

/** An hour in which a release at half past makes things worse. */
function anHour(of: (minute: number) => number): number[] {
  return Array.from({ length: MINUTES }, (_, minute) => of(minute) + (minute % 3));
}

const WORSE: ServiceMetrics = {
  since: new Date(START).toISOString(),
  until: new Date(START + MINUTES * 60_000).toISOString(),
  periodSeconds: 60,
  incompleteFrom: new Date(START + (MINUTES - 2) * 60_000).toISOString(),
  series: [
    { metric: 'cpu', statistic: 'average', unit: 'percent', values: anHour((at) => (at < 30 ? 38 : 52)) },
    { metric: 'cpu', statistic: 'maximum', unit: 'percent', values: anHour((at) => (at < 30 ? 50 : 75)) },
    { metric: 'memory', statistic: 'average', unit: 'percent', values: anHour(() => 47) },
    { metric: 'memory', statistic: 'maximum', unit: 'percent', values: anHour(() => 66) },
    { metric: 'requests', statistic: 'sum', unit: 'requests', values: anHour(() => 2900) },
    {
      metric: 'errors',
      statistic: 'sum',
      unit: 'requests',
      values: anHour((at) => (at < 30 ? 0 : at * 1.5)),
    },
    {
      metric: 'latency',
      statistic: 'average',
      unit: 'milliseconds',
      values: anHour((at) => (at < 30 ? 38 : 90)),
    },
    {
      metric: 'latency',
      statistic: 'p95',
      unit: 'milliseconds',
      values: anHour((at) => (at < 30 ? 80 : 210)),
    },
    {
      metric: 'running',
      statistic: 'average',
      unit: 'tasks',
      values: Array.from({ length: MINUTES }, (_, at) => (at > 20 && at < 24 ? null : 6)),
    },
  ],
  gaps: [],
};

const WITH_GAPS: ServiceMetrics = {
  ...WORSE,
  series: WORSE.series.slice(0, 4),
  gaps: [
    {
      what: 'permission',
      sentence: `AWS refused to read the target groups of ${LONG_NAME}. There are no requests, errors, latency and health of targets.`,
      action: 'elasticloadbalancing:DescribeTargetGroups',
    },
    {
      what: 'container-insights',
      sentence:
        'Container Insights is off in the cluster main. The number of running tasks over time, and what is by revision, are missing.',
    },
  ],
};

const STRIPPED = { account: 'sandbox', region: 'us-east-1', cluster: 'main', service: 'web' };

/** The metrics of a service, as far as they can be read. */
export const METRIC_STATES: readonly GalleryState[] = [
  ...statesOf('metrics', METRICS, {
    worse: { 'services.metrics': () => WORSE },
    gaps: { 'services.metrics': () => WITH_GAPS },
    empty: {
      'services.metrics': () => ({
        ...WORSE,
        series: WORSE.series.map((each) => ({ ...each, values: each.values.map(() => null) })),
      }),
    },
    loading: { 'services.metrics': loading },
    failed: { 'services.metrics': failed },
    forbidden: { 'services.metrics': forbidden },
  }),
  {
    name: 'metrics/strip',
    render: () => (
      <GalleryDialog title="web" answers={{ 'services.metrics': () => WORSE }}>
        <MetricStrip service={STRIPPED} minutes={60} />
      </GalleryDialog>
    ),
  },
];
