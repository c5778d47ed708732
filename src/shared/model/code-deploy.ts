import { z } from 'zod';
import { Instant } from './account.ts';
import { DeploymentOutcome } from './deployment.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject } from './lazy-objects.ts';

/** A task set of a CodeDeploy deployment, with its share of the traffic. */
export const CodeDeployTaskSet = lazyObject(() => ({
  id: z.string(),
  /** `old`: the original (blue) task set. `new`: the replacement (green). */
  role: z.enum(['old', 'new']),
  /** Family and number, or the id of the set when the revision is unknown. */
  revision: z.string(),
  percent: z.number(),
  desired: z.number(),
  running: z.number(),
  pending: z.number(),
}));
export type CodeDeployTaskSet = Immutable<z.infer<typeof CodeDeployTaskSet>>;

/** A lifecycle event of a deployment, such as AllowTraffic. */
export const CodeDeployEvent = lazyObject(() => ({
  name: z.string(),
  /** CodeDeploy's status: Pending, InProgress, Succeeded, Failed, Skipped or Unknown. */
  status: z.string(),
  startedAt: Instant.optional(),
  endedAt: Instant.optional(),
  /** The message of its hook, if it failed. */
  message: z.string().optional(),
}));
export type CodeDeployEvent = Immutable<z.infer<typeof CodeDeployEvent>>;

export const CodeDeployDeployment = lazyObject(() => ({
  /** For example `d-1A2B3C4D5`. */
  id: z.string(),
  /** CodeDeploy's status, such as InProgress. */
  status: z.string(),
  outcome: DeploymentOutcome,
  /** Its state, as a sentence. */
  sentence: z.string(),
  /** Family and number of the revision that its AppSpec names. */
  revision: z.string().optional(),
  /** How it shifts traffic, such as CodeDeployDefault.ECSAllAtOnce. */
  config: z.string().optional(),
  description: z.string().optional(),
  startedBy: z.string(),
  createdAt: Instant.optional(),
  finishedAt: Instant.optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  taskSets: z.array(CodeDeployTaskSet),
  events: z.array(CodeDeployEvent),
  /** The deployment that rolls this one back, or that this one rolls back. */
  rolledBackBy: z.string().optional(),
  rollsBack: z.string().optional(),
  consoleUrl: z.string().optional(),
  /** The possible actions, as commands of the AWS CLI. */
  ways: z.array(z.object({ what: z.string(), command: z.string() })),
}));
export type CodeDeployDeployment = Immutable<z.infer<typeof CodeDeployDeployment>>;

/** How CodeDeploy deploys a service. */
export const CodeDeployOfService = lazyObject(() => ({
  /** The application and deployment group of the service; missing where no group names it. */
  group: z.object({ application: z.string(), name: z.string(), config: z.string().optional() }).optional(),
  /** The newest deployment of the group; missing where there was none. */
  deployment: CodeDeployDeployment.optional(),
}));
export type CodeDeployOfService = Immutable<z.infer<typeof CodeDeployOfService>>;
