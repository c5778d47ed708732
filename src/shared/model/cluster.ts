import { z } from 'zod';
import { Environment, Scope } from './account.ts';
import { textUpTo } from './bounded.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject, lazyStrictObject } from './lazy-objects.ts';

/** A cluster's name as ECS allows it: up to 255 letters, numbers, underscores and hyphens. */
export const ClusterName = textUpTo(255).regex(/^[A-Za-z0-9_-]{1,255}$/, 'is not a cluster name');

export const ClusterRef = lazyStrictObject(() => ({ ...Scope.shape, cluster: ClusterName }));
export type ClusterRef = Immutable<z.infer<typeof ClusterRef>>;

export const Cluster = lazyObject(() => ({
  name: ClusterName,
  arn: z.string(),
  status: z.string(),
  environment: Environment,
  services: z.number().int(),
  runningTasks: z.number().int(),
  pendingTasks: z.number().int(),
}));
export type Cluster = Immutable<z.infer<typeof Cluster>>;
