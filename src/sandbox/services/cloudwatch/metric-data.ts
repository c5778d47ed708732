import { createHash } from 'node:crypto';
import {
  GetMetricDataCommand,
  type MetricDataQuery,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import { type AwsError, awsError, type Operation, operation } from '../../aws-api/service.ts';

/** What a metric has in one period. */
export interface Datum {
  readonly sum: number;
  readonly samples: number;
  readonly min: number;
  readonly max: number;
  /** The value that so many percent of the samples do not exceed. */
  readonly percentile: (percent: number) => number;
}

/** A span of time on the wall, in epoch milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface MetricName {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** The metrics of a region, which are worked out when they are asked for. */
export interface MetricSource {
  /** What a metric has in a span; undefined for a metric that nothing writes. The reader serves one request. */
  reader(): (metric: MetricName) => ((span: Span) => Datum | undefined) | undefined;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const MOST_QUERIES = 500;
const MOST_DATAPOINTS = 100_800;
const MINUTE = 60_000;
const DAY = 86_400_000;
const SHORT_PERIODS: ReadonlySet<number> = new Set([1, 5, 10, 20, 30]);

/**
 * How long data points are kept, by their period in seconds: older ones are there in longer periods only.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#metrics-retention
 */
const KEPT: readonly { readonly period: number; readonly days: number }[] = [
  { period: 60, days: 15 },
  { period: 300, days: 63 },
  { period: 3600, days: 455 },
];

/** Data points of one result, in the order that was asked for. */
interface Series {
  readonly id: string;
  readonly label: string;
  readonly points: readonly { readonly at: Date; readonly value: number }[];
}

/** GetMetricData of single metrics. `now` and all times are those of the wall. Metric math is refused. */
export function metricDataOperation(sourceIn: (region: string) => MetricSource, now: () => Date): Operation {
  return operation(GetMetricDataCommand, (input, { region }) => {
    const { MetricDataQueries: queries = [], StartTime: start, EndTime: end } = input;
    const most = input.MaxDatapoints ?? MOST_DATAPOINTS;
    checkQueries(queries);
    if (most < 1 || most > MOST_DATAPOINTS)
      throw invalid(`The parameter MaxDatapoints must be between 1 and ${MOST_DATAPOINTS}.`);
    if (start === undefined || end === undefined || start >= end)
      throw invalid('The parameter StartTime must be less than the parameter EndTime.');
    const at = now().getTime();
    const span = { from: roundedStart(start.getTime(), at), to: Math.min(end.getTime(), at) };
    const reader = sourceIn(region).reader();
    const series = queries
      .filter(({ ReturnData }) => ReturnData !== false)
      .map((query) => readSeries(query, reader, span, at));
    const ordered = series.map((each) =>
      input.ScanBy === 'TimestampAscending' ? each : { ...each, points: each.points.toReversed() },
    );
    const mark = createHash('sha256')
      .update(JSON.stringify([queries, span.from, end]))
      .digest('hex');
    return page(ordered, most, mark.slice(0, 16), input.NextToken);
  });
}

function checkQueries(queries: readonly MetricDataQuery[]): void {
  if (queries.length > MOST_QUERIES)
    throw invalid(`The collection MetricDataQueries must not have a size greater than ${MOST_QUERIES}.`);
  const ids = new Set<string>();
  for (const { Id: id = '', Expression, MetricStat: stat } of queries) {
    if (!/^[a-z][a-zA-Z0-9_]*$/.test(id))
      throw invalid(`The parameter MetricDataQueries.member.Id "${id}" must match ^[a-z][a-zA-Z0-9_]*$.`);
    if (ids.has(id)) throw invalid(`The Ids of MetricDataQueries must be unique, and ${id} is there twice.`);
    ids.add(id);
    if (Expression !== undefined) throw invalid('The sandbox does not carry out metric math.');
    const period = stat?.Period ?? 0;
    if (!SHORT_PERIODS.has(period) && (period < 60 || period % 60 !== 0))
      throw invalid('The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.');
    if (statistic(stat?.Stat ?? '') === undefined)
      throw invalid(`The value ${stat?.Stat} for parameter Stat is not supported.`);
  }
}

function readSeries(
  { Id: id = '', Label, MetricStat: stat }: MetricDataQuery,
  find: ReturnType<MetricSource['reader']>,
  span: Span,
  now: number,
): Series {
  const { Namespace: namespace = '', MetricName: name = '', Dimensions = [] } = stat?.Metric ?? {};
  const dimensions = Object.fromEntries(Dimensions.map(({ Name = '', Value = '' }) => [Name, Value]));
  const read = find({ namespace, name, dimensions });
  const valueIn = statistic(stat?.Stat ?? '');
  const points: { readonly at: Date; readonly value: number }[] = [];
  // Metrics of AWS have one data point a minute.
  const seconds = Math.max(60, stat?.Period ?? 60);
  const period = seconds * 1000;
  const oldest = now - daysKept(seconds) * DAY;
  if (read !== undefined && valueIn !== undefined) {
    for (let from = Math.floor(span.from / period) * period; from < span.to; from += period) {
      if (from < span.from || from < oldest) continue;
      const datum = read({ from, to: Math.min(from + period, now) });
      if (datum !== undefined) points.push({ at: new Date(from), value: valueIn(datum) });
    }
  }
  return { id, label: Label ?? name, points };
}

/** A span that begins between two periods has its first data point at the next one. */
function roundedStart(start: number, now: number): number {
  const age = (now - start) / DAY;
  const step = age < 15 ? MINUTE : age < 63 ? 5 * MINUTE : 60 * MINUTE;
  return Math.floor(start / step) * step;
}

function daysKept(period: number): number {
  return KEPT.findLast((each) => period >= each.period && period % each.period === 0)?.days ?? 15;
}

function statistic(name: string): ((datum: Datum) => number) | undefined {
  switch (name) {
    case 'Sum':
      return ({ sum }) => sum;
    case 'SampleCount':
      return ({ samples }) => samples;
    case 'Average':
      return ({ sum, samples }) => sum / samples;
    case 'Minimum':
      return ({ min }) => min;
    case 'Maximum':
      return ({ max }) => max;
    default: {
      const percent = Number(/^p(?<percent>\d{1,2}(?:\.\d{1,10})?|100)$/.exec(name)?.groups?.percent);
      return Number.isNaN(percent) ? undefined : ({ percentile }) => percentile(percent);
    }
  }
}

/** So many data points of all results, one result after the other; the token says where the next page begins. */
function page(series: readonly Series[], most: number, mark: string, token: string | undefined) {
  const start = readToken(token, mark);
  const total = series.reduce((sum, { points }) => sum + points.length, 0);
  const results: MetricDataResult[] = [];
  let before = 0;
  for (const { id, label, points } of series) {
    const from = Math.max(0, start - before);
    const to = Math.min(points.length, start + most - before);
    const isNew = points.length === 0 ? start === 0 : from < to;
    if (isNew) {
      const part = points.slice(from, to);
      results.push({
        Id: id,
        Label: label,
        Timestamps: part.map(({ at }) => at),
        Values: part.map(({ value }) => value),
        StatusCode: to < points.length ? 'PartialData' : 'Complete',
      });
    }
    before += points.length;
  }
  const next = start + most;
  return {
    MetricDataResults: results,
    Messages: [],
    ...(next < total && { NextToken: `${mark}-${next}` }),
  };
}

function readToken(token: string | undefined, mark: string): number {
  if (token === undefined) return 0;
  const place = new RegExp(`^${mark}-(?<place>\\d{1,9})$`).exec(token)?.groups?.place;
  if (place === undefined) throw awsError('InvalidNextToken', 'The next token specified is invalid.');
  return Number(place);
}

function invalid(message: string): AwsError {
  return awsError('ValidationError', message);
}
