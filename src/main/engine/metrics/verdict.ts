import type { Judgement, MetricGap, Verdict } from '../../../shared/model/metrics.ts';
import { compareProportions, compareRanks, median } from './statistics.ts';

/** What the load balancer counted in one minute; null where it has no datum. */
export interface Minute {
  /** Its beginning, in epoch milliseconds. */
  readonly at: number;
  readonly requests: number | null;
  readonly errors: number | null;
  /** The 95th percentile, in milliseconds. */
  readonly latency: number | null;
}

/** A deployment in time, in epoch milliseconds. */
export interface DeploymentSpan {
  readonly startedAt: number;
  /** From when on the new revision answers. */
  readonly servesSince: number;
  /** The end of the deployment before it. */
  readonly previousEnd: number | undefined;
  /** The beginning of the deployment after it. */
  readonly nextStart: number | undefined;
}

interface Window {
  readonly since: number;
  readonly until: number;
}

type Windows =
  | { readonly kind: 'windows'; readonly before: Window; readonly after: Window }
  | { readonly kind: 'too-short'; readonly sentence: string };

const MINUTE = 60_000;
export const LEAST_MINUTES = 3;
export const MOST_MINUTES = 30;
/** A test of ranks finds nothing in fewer minutes. */
const LEAST_LATENCY_MINUTES = 5;
const LEAST_REQUESTS = 100;
/** A difference as great as the observed one may be chance once in so many comparisons. */
const MOST_CHANCE = 0.01;
/** Smaller differences do not count, however certain they are. */
const LEAST_ERROR_CHANGE = 0.001;
const LEAST_ERROR_RATIO = 1.5;
const LEAST_LATENCY_CHANGE_MS = 10;
const LEAST_LATENCY_RATIO = 1.2;

/**
 * The same number of whole minutes before the deployment started and since the new revision answers: 3 to 30, not
 * reaching into another deployment. `complete`: from here on CloudWatch may not have everything.
 */
export function windowsOf(span: DeploymentSpan, complete: number): Windows {
  const until = Math.floor(span.startedAt / MINUTE) * MINUTE;
  const earliest = Math.ceil((span.previousEnd ?? Number.NEGATIVE_INFINITY) / MINUTE) * MINUTE;
  const since = Math.ceil(span.servesSince / MINUTE) * MINUTE;
  const latest = Math.floor(Math.min(complete, span.nextStart ?? Infinity) / MINUTE) * MINUTE;
  const before = (until - earliest) / MINUTE;
  const after = (latest - since) / MINUTE;
  const minutes = Math.min(MOST_MINUTES, before, after);
  if (minutes >= LEAST_MINUTES) {
    const length = minutes * MINUTE;
    return {
      kind: 'windows',
      before: { since: until - length, until },
      after: { since, until: since + length },
    };
  }
  return { kind: 'too-short', sentence: shortSentence(before, after, span) };
}

function shortSentence(before: number, after: number, { nextStart }: DeploymentSpan): string {
  if (before < LEAST_MINUTES)
    return `The deployment before this one ended less than ${LEAST_MINUTES} minutes before it started, so there is nothing to compare with.`;
  if (nextStart !== undefined)
    return `The next deployment started less than ${LEAST_MINUTES} minutes after this one.`;
  return `CloudWatch has ${Math.max(0, Math.floor(after))} of ${LEAST_MINUTES} full minutes since the new revision began to answer requests.`;
}

/** Compares the minutes of two windows. */
export function judge(
  before: readonly Minute[],
  after: readonly Minute[],
): Pick<Verdict, 'judgement' | 'sentence' | 'errors' | 'latency' | 'proposesRollback'> {
  const errors = judgeErrors(before, after);
  const latency = judgeLatency(before, after);
  const judgements = [errors, latency].flatMap((each) => each?.judgement ?? []);
  const judgement = overall(judgements);
  const sentence =
    errors === undefined
      ? `Not enough data: fewer than ${LEAST_REQUESTS} requests before or after.`
      : sentenceOf(judgement, errors, latency);
  return {
    judgement,
    sentence,
    ...(errors === undefined ? {} : { errors }),
    ...(latency === undefined ? {} : { latency }),
    proposesRollback: judgement === 'worse',
  };
}

/** A verdict that there is not enough data, with the reason. */
export function notEnoughData(reason: string, gaps: readonly MetricGap[] = []): Verdict {
  return {
    judgement: 'not-enough-data',
    sentence: `Not enough data. ${reason}`,
    proposesRollback: false,
    gaps,
  };
}

function overall(judgements: readonly Judgement[]): Judgement {
  if (judgements.length === 0) return 'not-enough-data';
  if (judgements.includes('worse')) return 'worse';
  return judgements.includes('better') ? 'better' : 'same';
}

function judgeErrors(before: readonly Minute[], after: readonly Minute[]): Verdict['errors'] {
  const one = countsOf(before);
  const other = countsOf(after);
  if (one.total < LEAST_REQUESTS || other.total < LEAST_REQUESTS) return undefined;
  const { test, p } = compareProportions(one, other);
  const change = judgementOf(one.hits / one.total, other.hits / other.total, {
    p,
    least: LEAST_ERROR_CHANGE,
    ratio: LEAST_ERROR_RATIO,
  });
  const share = ({ hits, total }: typeof one) => ({
    errors: hits,
    requests: total,
    percent: (hits / total) * 100,
  });
  return { judgement: change, before: share(one), after: share(other), test, p };
}

/** More errors than requests are the rounding of two counts of different moments. */
function countsOf(minutes: readonly Minute[]): { readonly hits: number; readonly total: number } {
  const total = minutes.reduce((sum, { requests }) => sum + (requests ?? 0), 0);
  const hits = minutes.reduce((sum, { errors }) => sum + (errors ?? 0), 0);
  return { hits: Math.min(Math.round(hits), total), total: Math.round(total) };
}

function judgeLatency(before: readonly Minute[], after: readonly Minute[]): Verdict['latency'] {
  const [one, other] = [before, after].map((minutes) => minutes.flatMap(({ latency }) => latency ?? []));
  if (one === undefined || other === undefined) return undefined;
  if (one.length < LEAST_LATENCY_MINUTES || other.length < LEAST_LATENCY_MINUTES) return undefined;
  const { p } = compareRanks(one, other);
  const [middle, otherMiddle] = [median(one), median(other)];
  const judgement = judgementOf(middle, otherMiddle, {
    p,
    least: LEAST_LATENCY_CHANGE_MS,
    ratio: LEAST_LATENCY_RATIO,
  });
  return {
    judgement,
    before: { milliseconds: middle, minutes: one.length },
    after: { milliseconds: otherMiddle, minutes: other.length },
    test: 'Mann-Whitney',
    p,
  };
}

/** More is worse. A difference counts when it is hardly chance, and great enough to matter. */
function judgementOf(
  before: number,
  after: number,
  { p, least, ratio }: { readonly p: number; readonly least: number; readonly ratio: number },
): Judgement {
  const [less, more] = before < after ? [before, after] : [after, before];
  if (p > MOST_CHANCE || more - less < least || more < less * ratio) return 'same';
  return after > before ? 'worse' : 'better';
}

const WORDS: Readonly<Record<Judgement, string>> = {
  worse: 'Worse',
  better: 'Better',
  same: 'Same',
  'not-enough-data': 'Not enough data',
};

function sentenceOf(
  judgement: Judgement,
  errors: NonNullable<Verdict['errors']>,
  latency: Verdict['latency'],
): string {
  const parts = [
    {
      is: errors.judgement,
      text: `5xx ${percent(errors.before.percent)} → ${percent(errors.after.percent)}`,
    },
    ...(latency === undefined
      ? []
      : [
          {
            is: latency.judgement,
            text: `latency (p95) ${milliseconds(latency.before.milliseconds)} → ${milliseconds(latency.after.milliseconds)}`,
          },
        ]),
  ];
  const telling = parts.filter(({ is }) => is === judgement).map(({ text }) => text);
  const others = parts.filter(({ is }) => is !== judgement && is !== 'same').map(({ text }) => `but ${text}`);
  return `${WORDS[judgement]}: ${[...telling, ...others].join(', ')}.`;
}

function percent(value: number): string {
  if (value === 0) return '0 %';
  return `${value < 0.1 ? value.toPrecision(1) : value.toFixed(1)} %`;
}

function milliseconds(value: number): string {
  return `${Math.round(value)} ms`;
}
