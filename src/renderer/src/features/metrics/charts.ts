import type { MetricName, MetricSeries, ServiceMetrics } from '../../../../shared/model/metrics.ts';
import { METRICS_TEXT } from './metrics-text.ts';

/** How a line is drawn: what the chart says first, its highest values, or what stands behind both. */
export type LineLook = 'main' | 'highest' | 'behind' | 'new' | 'bad';

export interface ChartLine {
  readonly label: string;
  readonly look: LineLook;
  readonly unit: MetricSeries['unit'];
  readonly values: readonly (number | null)[];
}

/** One chart of a page: its lines, and what stands in its head. */
export interface Chart {
  readonly metric: MetricName;
  readonly title: string;
  readonly shape: 'line' | 'bars';
  readonly lines: readonly ChartLine[];
  /** The newest whole value of its main line. */
  readonly headline: string;
  readonly note: string;
  /** Whether so many of the newest requests fail that somebody should look. */
  readonly isAlarming: boolean;
  /** The chart in words. */
  readonly summary: string;
}

/** A deployment as a mark. Times in seconds since 1970, as the chart has them. */
export interface ChartMark {
  readonly at: number;
  readonly name: string;
}

/** What all charts of a page share. */
export interface TimeScale {
  /** Seconds since 1970. */
  readonly times: readonly number[];
  /** The index of the first period that may be incomplete. */
  readonly incomplete: number;
}

export function timeScaleOf({ since, periodSeconds, incompleteFrom, series }: ServiceMetrics): TimeScale {
  const start = Date.parse(since) / 1000;
  const count = series[0]?.values.length ?? 0;
  return {
    times: Array.from({ length: count }, (_, index) => start + index * periodSeconds),
    incomplete: Math.round((Date.parse(incompleteFrom) / 1000 - start) / periodSeconds),
  };
}

const ORDER: readonly MetricName[] = [
  'cpu',
  'memory',
  'errors',
  'latency',
  'requests',
  'running',
  'unhealthy',
];

/** The charts of what was read; one without any value is left out. */
export function chartsOf(metrics: ServiceMetrics): readonly Chart[] {
  const { incomplete } = timeScaleOf(metrics);
  const perMinute = 60 / metrics.periodSeconds;
  return ORDER.flatMap((metric) => {
    const own = metrics.series.filter((each) => each.metric === metric);
    const lines = own.map((series, index): ChartLine => {
      const isCounted = series.unit === 'requests';
      return {
        label: METRICS_TEXT.line(series),
        look: lookOf(own, index),
        unit: series.unit,
        values: isCounted
          ? series.values.map((value) => (value === null ? null : value * perMinute))
          : series.values,
      };
    });
    const main = lines.find(({ look }) => look === 'main' || look === 'bad');
    if (main === undefined || lines.every(({ values }) => values.every((value) => value === null))) return [];
    const title = METRICS_TEXT.chart(metric);
    const whole = main.values.slice(0, incomplete);
    const last = whole.findLast((value) => value !== null);
    const say = (value: number): string => METRICS_TEXT.value(value, main.unit);
    return [
      {
        metric,
        title,
        shape: metric === 'errors' ? 'bars' : 'line',
        lines,
        headline: typeof last === 'number' ? say(last) : METRICS_TEXT.noValue,
        note: metric === 'errors' ? shareNote(metrics, incomplete) : mostNote(lines),
        isAlarming: metric === 'errors' && (newestShare(metrics, incomplete) ?? 0) >= ALARMING_SHARE,
        summary: summaryOf(title, whole, say),
      },
    ];
  });
}

/** The lowest, highest and last value, of the whole periods only. */
function summaryOf(
  title: string,
  values: readonly (number | null)[],
  say: (value: number) => string,
): string {
  const known = values.filter((value) => value !== null);
  const last = known.at(-1);
  if (last === undefined) return METRICS_TEXT.summaryOfNothing(title);
  return METRICS_TEXT.summary(title, {
    min: say(Math.min(...known)),
    max: say(Math.max(...known)),
    last: say(last),
  });
}

function mostNote(lines: readonly ChartLine[]): string {
  const known = lines.flatMap(({ values }) => values.filter((value) => value !== null));
  const [first] = lines;
  return first === undefined || known.length === 0
    ? ''
    : METRICS_TEXT.most(METRICS_TEXT.value(Math.max(...known), first.unit));
}

/** Errors of all requests in the newest periods, to which the value before it belongs. */
function shareNote(metrics: ServiceMetrics, incomplete: number): string {
  const share = newestShare(metrics, incomplete);
  return share === undefined ? '' : METRICS_TEXT.share(share * 100);
}

/** One of a hundred requests. */
const ALARMING_SHARE = 0.01;
const NEWEST_PERIODS = 3;

function newestShare(metrics: ServiceMetrics, incomplete: number): number | undefined {
  return shareOf(metrics, Math.max(0, incomplete - NEWEST_PERIODS), incomplete);
}

function shareOf({ series }: ServiceMetrics, from: number, to: number): number | undefined {
  const total = (metric: MetricName): number =>
    series
      .filter((each) => each.metric === metric)
      .flatMap(({ values }) => values.slice(from, to))
      .reduce<number>((sum, value) => sum + (value ?? 0), 0);
  const requests = total('requests');
  return requests === 0 ? undefined : total('errors') / requests;
}

/** The average is the main line, and of latencies the 95th percentile; the newest revision stands out. */
function lookOf(own: readonly MetricSeries[], index: number): LineLook {
  const series = own[index];
  if (series === undefined) return 'behind';
  if (series.metric === 'errors') return 'bad';
  const revisions = own.filter(({ revision }) => revision !== undefined);
  if (series.revision !== undefined)
    return series === revisions.findLast(({ metric }) => metric === series.metric) ? 'new' : 'behind';
  if (series.metric === 'unhealthy') return 'main';
  if (series.statistic === 'maximum' || series.statistic === 'p99') return 'highest';
  return series.metric === 'latency' && series.statistic !== 'p95' ? 'behind' : 'main';
}
