import { GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { Aws } from '../aws/aws.ts';

/** A metric of CloudWatch, as GetMetricData is asked for it. */
export interface Query {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** Such as `Average` or `p95`. */
  readonly statistic: string;
}

/** Whole periods, in epoch milliseconds. */
export interface Grid {
  readonly since: number;
  readonly until: number;
  readonly periodSeconds: number;
}

/** For each query the value of each period; null where CloudWatch has none. */
export type Columns = readonly (readonly (number | null)[])[];

/** A chart is some hundred points wide. */
const MOST_POINTS = 360;
const DAY = 86_400_000;
/** GetMetricData takes so many: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
export const MOST_QUERIES = 500;

/**
 * The periods of a range: a minute where the chart can draw it and CloudWatch still has it. Values of a minute are kept for 15
 * days, of 5 minutes for 63, of an hour for 455.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#metrics-retention
 */
const PERIODS: readonly { readonly seconds: number; readonly keptDays: number }[] = [
  { seconds: 60, keptDays: 15 },
  { seconds: 300, keptDays: 63 },
  { seconds: 900, keptDays: 63 },
  { seconds: 3_600, keptDays: 455 },
  { seconds: 21_600, keptDays: 455 },
  { seconds: 86_400, keptDays: 455 },
  { seconds: 172_800, keptDays: 455 },
];

/** @throws SlipwayError INVALID_INPUT for a range that ends before it begins, or that CloudWatch has forgotten. */
export function gridOf(since: Date, until: Date, now: Date): Grid {
  const from = since.getTime();
  const to = Math.min(until.getTime(), now.getTime());
  if (to <= from) {
    throw new SlipwayError(
      'INVALID_INPUT',
      'The time range of the metrics ends before it begins. Choose another one.',
    );
  }
  const age = now.getTime() - from;
  const period = PERIODS.find(
    ({ seconds, keptDays }) => (to - from) / 1000 / seconds <= MOST_POINTS && age <= keptDays * DAY,
  );
  if (period === undefined) {
    throw new SlipwayError('INVALID_INPUT', 'CloudWatch keeps metrics for 455 days. Choose a later time.');
  }
  return onWholePeriods(from, to, period.seconds);
}

export function onWholePeriods(from: number, to: number, periodSeconds: number): Grid {
  const period = periodSeconds * 1000;
  return {
    since: Math.floor(from / period) * period,
    until: Math.ceil(to / period) * period,
    periodSeconds,
  };
}

/** Reads up to 500 metrics with one GetMetricData, further requests only where it has more pages. */
export async function readMetricData(
  aws: Pick<Aws, 'alarms'>,
  scope: Scope,
  { queries, grid }: { readonly queries: readonly Query[]; readonly grid: Grid },
  signal: AbortSignal,
): Promise<Columns> {
  const { since, until, periodSeconds } = grid;
  const length = (until - since) / 1000 / periodSeconds;
  const columns = queries.map(() => Array.from({ length }, (): number | null => null));
  if (queries.length === 0) return columns;
  const client = aws.alarms(scope, 'visible');
  let token: string | undefined;
  do {
    const command = new GetMetricDataCommand({
      StartTime: new Date(since),
      EndTime: new Date(until),
      ScanBy: 'TimestampAscending',
      MetricDataQueries: queries
        .slice(0, MOST_QUERIES)
        .map((query, index) => toQuery(query, index, periodSeconds)),
      ...(token === undefined ? {} : { NextToken: token }),
    });
    const { MetricDataResults = [], NextToken } = await client.send(command, { abortSignal: signal });
    for (const { Id = '', Timestamps = [], Values = [] } of MetricDataResults) {
      const column = columns[Number(Id.slice(1))];
      for (const [place, at] of Timestamps.entries()) {
        const index = Math.floor((at.getTime() - since) / 1000 / periodSeconds);
        const value = Values[place];
        if (column !== undefined && value !== undefined && index >= 0 && index < column.length)
          column[index] = value;
      }
    }
    token = NextToken;
  } while (token !== undefined);
  return columns;
}

function toQuery(
  { namespace, name, dimensions, statistic }: Query,
  index: number,
  period: number,
): MetricDataQuery {
  return {
    Id: `m${index}`,
    MetricStat: {
      Metric: {
        Namespace: namespace,
        MetricName: name,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Stat: statistic,
      Period: period,
    },
  };
}
