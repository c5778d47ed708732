import type { MetricName, MetricSeries } from '../../../../shared/model/metrics.ts';

const TITLES: Readonly<Record<MetricName, string>> = {
  cpu: 'CPU',
  memory: 'Memory',
  running: 'Running tasks',
  requests: 'Requests',
  errors: 'HTTP 5xx',
  latency: 'Latency',
  unhealthy: 'Unhealthy targets',
};

const STATISTICS: Readonly<Record<MetricSeries['statistic'], string>> = {
  average: 'average',
  maximum: 'maximum',
  sum: 'per minute',
  p95: 'p95',
  p99: 'p99',
};

/** The sentences of the metrics of a service, to be read together. */
export const METRICS_TEXT = {
  title: 'Metrics',
  loading: 'metrics',
  charts: 'Charts',
  table: 'Table',
  view: 'Show as',
  range: 'Time range',
  ranges: { '60': '1 h', '180': '3 h', '1440': '24 h', deployment: 'Around the deployment' },
  none: 'CloudWatch has no values for this time.',
  noneHelp: 'Metrics appear a minute or two after a task starts. Choose a longer time range.',
  missing: 'Missing permission:',
  notShown: 'Not shown',
  time: 'Time',
  incomplete: 'may be incomplete',
  late: 'CloudWatch is a minute or two behind: dashed values may still change.',
  every: (seconds: number) =>
    seconds === 60 ? 'One value per minute.' : `One value every ${lengthOf(seconds)}.`,
  noValue: 'no value',
  chart: (metric: MetricName) => TITLES[metric],
  line: ({ statistic, targetGroup, revision, metric }: Omit<MetricSeries, 'values' | 'unit'>) => {
    if (revision !== undefined) return revision;
    const what = metric === 'running' || metric === 'unhealthy' ? '' : STATISTICS[statistic];
    return [targetGroup, what].filter((part) => part !== undefined && part !== '').join(', ');
  },
  /** A value with its unit, and its time for what is counted. */
  value: (value: number, unit: MetricSeries['unit']) => {
    switch (unit) {
      case 'percent':
        return `${digits(value)} %`;
      case 'milliseconds':
        return value >= 10_000 ? `${digits(value / 1000)} s` : `${digits(value)} ms`;
      case 'requests':
        return `${digits(value)} / min`;
      case 'tasks':
      case 'targets':
        return digits(value);
    }
  },
  /** The same where there is little room. */
  axis: (value: number, unit: MetricSeries['unit']) => {
    if (unit === 'requests' || unit === 'tasks' || unit === 'targets')
      return value >= 10_000 ? `${digits(value / 1000)} k` : digits(value);
    return METRICS_TEXT.value(value, unit);
  },
  most: (value: string) => `max ${value}`,
  share: (percent: number) => `${digits(percent)} % of requests`,
  summary: (title: string, { min, max, last }: { min: string; max: string; last: string }) =>
    `${title}: lowest ${min}, highest ${max}, last ${last}`,
  summaryOfNothing: (title: string) => `${title}: no values`,
  marks: (names: readonly string[]) => `Deployments: ${names.join(', ')}.`,
  verdict: 'Since this deployment',
  windows: (minutes: number, before: string, after: string) =>
    `${minutes} minutes from ${after}, compared with ${minutes} minutes from ${before}.`,
  rollBack: 'Roll back…',
} as const;

function lengthOf(seconds: number): string {
  if (seconds < 3_600) return `${seconds / 60} minutes`;
  return seconds === 3_600 ? 'hour' : `${seconds / 3_600} hours`;
}

/** Three digits are enough to see a change. */
function digits(value: number): string {
  if (value === 0) return '0';
  const rounded = Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(2));
  return rounded.toLocaleString('en-US', { maximumFractionDigits: 3 });
}
