import { z } from 'zod';
import { Instant } from './account.ts';
import { DeploymentOutcome } from './deployment.ts';
import { Digest } from './image.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject } from './lazy-objects.ts';

const Images = z.array(z.object({ container: z.string(), image: z.string(), digest: Digest.optional() }));

/** A revision that a managed daemon runs or deploys. */
export const DaemonRevision = lazyObject(() => ({
  arn: z.string(),
  /** Family and number of its daemon task definition, such as `agent:2`. */
  taskDefinition: z.string(),
  images: Images,
  /** Instances that run it. */
  running: z.number().int(),
}));
export type DaemonRevision = Immutable<z.infer<typeof DaemonRevision>>;

export const DaemonDeployment = lazyObject(() => ({
  arn: z.string(),
  outcome: DeploymentOutcome,
  /** ECS's own word, such as ROLLBACK_SUCCESSFUL. */
  status: z.string(),
  statusReason: z.string().optional(),
  /** Family and number of what it deployed, as far as ECS still has the revision. */
  taskDefinition: z.string().optional(),
  images: Images.optional(),
  createdAt: Instant.optional(),
  finishedAt: Instant.optional(),
}));
export type DaemonDeployment = Immutable<z.infer<typeof DaemonDeployment>>;

/** A managed daemon: one task on each instance of its capacity providers. */
export const Daemon = lazyObject(() => ({
  name: z.string(),
  arn: z.string(),
  isDeleting: z.boolean(),
  /** During a deployment the new one and the one before it. */
  revisions: z.array(DaemonRevision),
  /** The newest ten, the newest first. */
  deployments: z.array(DaemonDeployment),
}));
export type Daemon = Immutable<z.infer<typeof Daemon>>;
