import { z } from 'zod';
import { Instant } from './account.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject } from './lazy-objects.ts';

/** What a chart of a service shows. `running` and what is by revision need Container Insights. */
export const MetricName = z.enum(['cpu', 'memory', 'running', 'requests', 'errors', 'latency', 'unhealthy']);
export type MetricName = z.infer<typeof MetricName>;

export const MetricSeries = lazyObject(() => ({
  metric: MetricName,
  statistic: z.enum(['average', 'maximum', 'sum', 'p95', 'p99']),
  unit: z.enum(['percent', 'tasks', 'requests', 'milliseconds', 'targets']),
  /** The name of the target group, where the service has several. */
  targetGroup: z.string().optional(),
  /** Family and number, where Container Insights tells tasks apart. */
  revision: z.string().optional(),
  /** One for each period from `since` on. Null: there is no datum, which is not zero. */
  values: z.array(z.number().nullable()),
}));
export type MetricSeries = Immutable<z.infer<typeof MetricSeries>>;

/** Something that could not be read, with its effect, in a sentence. */
export const MetricGap = lazyObject(() => ({
  what: z.enum(['permission', 'load-balancer', 'container-insights', 'metrics']),
  sentence: z.string(),
  /** The missing IAM action. */
  action: z.string().optional(),
}));
export type MetricGap = Immutable<z.infer<typeof MetricGap>>;

export const ServiceMetrics = lazyObject(() => ({
  /** The beginning of the first period. */
  since: Instant,
  until: Instant,
  periodSeconds: z.number().int(),
  /** From here on CloudWatch may not have everything yet. */
  incompleteFrom: Instant,
  series: z.array(MetricSeries),
  gaps: z.array(MetricGap),
}));
export type ServiceMetrics = Immutable<z.infer<typeof ServiceMetrics>>;

export const Judgement = z.enum(['better', 'same', 'worse', 'not-enough-data']);
export type Judgement = z.infer<typeof Judgement>;

const Window = lazyObject(() => ({ since: Instant, until: Instant }));
const Share = lazyObject(() => ({ errors: z.number(), requests: z.number(), percent: z.number() }));
const Latency = lazyObject(() => ({ milliseconds: z.number(), minutes: z.number().int() }));

/** How the service was in the same number of minutes before and after a deployment. */
export const Verdict = lazyObject(() => ({
  judgement: Judgement,
  /** Such as `Worse: 5xx 0.1 % → 2.4 %.` */
  sentence: z.string(),
  before: Window.optional(),
  after: Window.optional(),
  /** `p`: how likely a difference like this is by chance alone. */
  errors: z
    .object({
      judgement: Judgement,
      before: Share,
      after: Share,
      test: z.enum(['two-proportion z', 'Fisher']),
      p: z.number(),
    })
    .optional(),
  /** The median of the 95th percentiles of each minute. */
  latency: z
    .object({
      judgement: Judgement,
      before: Latency,
      after: Latency,
      test: z.literal('Mann-Whitney'),
      p: z.number(),
    })
    .optional(),
  /** Whether a rollback is proposed. Nothing is ever rolled back because of it. */
  proposesRollback: z.boolean(),
  gaps: z.array(MetricGap),
}));
export type Verdict = Immutable<z.infer<typeof Verdict>>;
