import { z } from 'zod';
import { textUpTo } from './bounded.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject, lazyStrictObject } from './lazy-objects.ts';

/** By what an Express service is scaled, as ECS names it. */
export const ScalingMetric = z.enum(['AVERAGE_CPU', 'AVERAGE_MEMORY', 'REQUEST_COUNT_PER_TARGET']);
export type ScalingMetric = z.infer<typeof ScalingMetric>;

/** How an Express service is scaled. Whatever is left out stays as it is. */
export const ScalingChange = lazyStrictObject(() => ({
  minTaskCount: z.number().int().min(0).max(5000).optional(),
  maxTaskCount: z.number().int().min(0).max(5000).optional(),
  autoScalingMetric: ScalingMetric.optional(),
  /** Percent, or requests of one target. */
  autoScalingTargetValue: z.number().int().min(1).max(1_000_000).optional(),
}));
export type ScalingChange = Immutable<z.infer<typeof ScalingChange>>;

/** What an update of an Express service takes besides its container, its size and its network. */
export const ExpressSettings = lazyObject(() => ({
  scaling: ScalingChange.optional(),
  healthCheckPath: z.string().optional(),
}));
export type ExpressSettings = Immutable<z.infer<typeof ExpressSettings>>;

/** What ECS says of an Express service besides the service itself. */
export const ExpressDetail = lazyObject(() => ({
  /** Addresses of its load balancer, such as `https://sh-0123.ecs.us-east-1.on.aws`. */
  endpoints: z.array(z.object({ url: z.string(), isPublic: z.boolean() })),
  /** CPU units and MiB of a task. */
  cpu: z.string().optional(),
  memory: z.string().optional(),
  healthCheckPath: z.string().optional(),
  scaling: z.object({
    minTaskCount: z.number().optional(),
    maxTaskCount: z.number().optional(),
    /** One of ScalingMetric, or what AWS adds to it. */
    autoScalingMetric: textUpTo(100).optional(),
    autoScalingTargetValue: z.number().optional(),
  }),
}));
export type ExpressDetail = Immutable<z.infer<typeof ExpressDetail>>;
