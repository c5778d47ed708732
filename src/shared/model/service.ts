import { z } from 'zod';
import { Environment, Instant, Scope } from './account.ts';
import { listUpTo, textUpTo } from './bounded.ts';
import { ClusterName, ClusterRef } from './cluster.ts';
import { ExpressDetail } from './express.ts';
import { Digest, Image } from './image.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject, lazyStrictObject } from './lazy-objects.ts';
import { TaskState } from './task.ts';

export const ServiceName = textUpTo(255).regex(/^[A-Za-z0-9_-]{1,255}$/, 'is not a service name');

export const ServiceRef = lazyStrictObject(() => ({
  ...Scope.shape,
  cluster: ClusterName,
  service: ServiceName,
}));
export type ServiceRef = Immutable<z.infer<typeof ServiceRef>>;

/**
 * How a service is, in one word. `failing`: tasks of the newest deployment fail, the deployment can't proceed, or fewer
 * run than desired with no deployment in progress. `degraded`: all desired tasks run, and something is wrong anyway, or
 * the missing ones are starting and nothing failed.
 * `rolled-back`: steady, but the last deployment did not make it.
 */
export const ServiceState = z.enum([
  'steady',
  'deploying',
  'degraded',
  'failing',
  'rolled-back',
  'idle',
  'draining',
  'inactive',
]);
export type ServiceState = z.infer<typeof ServiceState>;

/** What is wrong with a service, with its cause and the next step in a sentence each. */
export const ServiceProblem = lazyObject(() => ({
  kind: z.enum([
    'deployment-stuck',
    'no-capacity',
    'image-missing',
    'health-checks-fail',
    'tasks-fail',
    'revision-not-active',
    'digests-differ',
    'no-tasks',
    'desired-count-changes',
    'tag-moved',
  ]),
  sentence: z.string(),
  nextStep: z.string(),
}));
export type ServiceProblem = Immutable<z.infer<typeof ServiceProblem>>;

const DRIFT: ReadonlySet<ServiceProblem['kind']> = new Set([
  'digests-differ',
  'revision-not-active',
  'tag-moved',
]);

/** Whether a service has drifted: all its tasks run, but not what the task definition or its tag stands for now. */
export function isDrifted({ state, problem }: Pick<ServiceRow, 'state' | 'problem'>): boolean {
  return state === 'degraded' && problem !== undefined && DRIFT.has(problem.kind);
}

/** One line of the service list. */
export const ServiceRow = lazyObject(() => ({
  name: ServiceName,
  arn: z.string(),
  cluster: ClusterName,
  state: ServiceState,
  desired: z.number().int(),
  running: z.number().int(),
  pending: z.number().int(),
  /** A cell for each task that counts, oldest revision first; at most 24. */
  cells: z.array(TaskState),
  /** Family and number, such as `web:41`. */
  revision: z.string(),
  /** The image version in a few characters: `1.8.3`, `1.8.3 → 1.9.0`, `latest`. */
  imageVersion: z.string(),
  changedAt: Instant.optional(),
  /** Of a deployment in progress: running tasks of its revision, and how many there will be. */
  progress: z.object({ done: z.number().int(), total: z.number().int() }).optional(),
  /** Of a deployment in progress: the revision that it replaces, such as `web:40`. */
  previousRevision: z.string().optional(),
  /** Of a service that is `rolled-back`: the ARN of the service deployment that failed. */
  failedDeploymentArn: z.string().optional(),
  /** Of a service that is `rolled-back`: the reason that ECS gives. */
  failedBecause: z.string().optional(),
  /** Of a service that is `rolled-back`: why its tasks stopped, in a sentence, where it is known. */
  failedCause: z.string().optional(),
  /** Whether it is an Express service, which ECS manages with its load balancer and its scaling. */
  isExpress: z.boolean().optional(),
  /** Undefined when nothing is wrong, or nothing was read yet. */
  problem: ServiceProblem.optional(),
}));
export type ServiceRow = Immutable<z.infer<typeof ServiceRow>>;

/** The cluster, and the names that are on the screen where a refresh may describe some of the services only. */
export const ServiceListInput = lazyStrictObject(() => ({
  ...ClusterRef.shape,
  visible: listUpTo(200, ServiceName).optional(),
}));
export type ServiceListInput = Immutable<z.infer<typeof ServiceListInput>>;

/**
 * What the service list sends while it is read: names first, then rows, and batches that failed. `kept` names rows of an
 * earlier reading; it holds until the row is sent again.
 */
export const ServiceListEvent = z.discriminatedUnion('kind', [
  lazyObject(() => ({ kind: z.literal('names'), names: z.array(ServiceName) })),
  lazyObject(() => ({ kind: z.literal('rows'), rows: z.array(ServiceRow) })),
  lazyObject(() => ({
    kind: z.literal('kept'),
    rows: z.array(z.object({ name: ServiceName, readAt: Instant })),
  })),
  lazyObject(() => ({ kind: z.literal('stale'), names: z.array(ServiceName), message: z.string() })),
]);
export type ServiceListEvent = Immutable<z.infer<typeof ServiceListEvent>>;

/** What runs of a container, by the digests of its running tasks. */
export const RunningContainer = lazyObject(() => ({
  container: z.string(),
  /** As the task definition writes it. */
  image: z.string(),
  digests: z.array(
    z.object({
      digest: Digest,
      tasks: z.number().int(),
      /** As the tasks name it, where that is another image: those of an earlier revision. */
      image: z.string().optional(),
      facts: Image.optional(),
    }),
  ),
}));
export type RunningContainer = Immutable<z.infer<typeof RunningContainer>>;

export const ServiceEvent = lazyObject(() => ({ id: z.string(), at: Instant, message: z.string() }));
export type ServiceEvent = Immutable<z.infer<typeof ServiceEvent>>;

export const Fact = lazyObject(() => ({ label: z.string(), value: z.string() }));
export type Fact = Immutable<z.infer<typeof Fact>>;

/** How Application Auto Scaling scales a service. */
export const ServiceScaling = lazyObject(() => ({
  /** The fewest and the most tasks that it sets. */
  least: z.number().int(),
  most: z.number().int(),
  /** Whether scaling in, scaling out and schedules are all suspended. */
  isSuspended: z.boolean(),
  /** The names of its policies. */
  policies: z.array(z.string()),
}));
export type ServiceScaling = Immutable<z.infer<typeof ServiceScaling>>;

/** The service page. */
export const ServiceDetail = lazyObject(() => ({
  ...ServiceRow.shape,
  environment: Environment,
  taskDefinitionArn: z.string(),
  family: z.string(),
  /** ECS, CODE_DEPLOY or EXTERNAL. Slipway deploys those of ECS, and of EXTERNAL with task sets. */
  controller: z.string(),
  /** The service deployment that is in progress, if there is one. */
  activeDeploymentArn: z.string().optional(),
  /** What the circuit breaker, the strategy, the network and so on are set to, in the order to show. */
  configuration: z.array(Fact),
  runs: z.array(RunningContainer),
  events: z.array(ServiceEvent),
  tags: z.array(z.object({ key: z.string(), value: z.string() })),
  consoleUrl: z.string().optional(),
  /** Of an Express service, where it could be read. */
  express: ExpressDetail.optional(),
  /** Of a service that Application Auto Scaling scales, where it could be read. */
  scaling: ServiceScaling.optional(),
}));
export type ServiceDetail = Immutable<z.infer<typeof ServiceDetail>>;

/** A service as an earlier start read it. */
export const KeptService = lazyObject(() => ({ detail: ServiceDetail, readAt: Instant }));
export type KeptService = Immutable<z.infer<typeof KeptService>>;
