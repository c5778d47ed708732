import { z } from 'zod';
import { Instant, Scope } from './account.ts';
import { textUpTo } from './bounded.ts';
import { ClusterRef } from './cluster.ts';
import { LastLines } from './deployment.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject, lazyStrictObject } from './lazy-objects.ts';
import { Check } from './plan.ts';
import { ServiceEvent } from './service.ts';
import { Task } from './task.ts';

/** One task of a cluster, by its id or its ARN. */
export const TaskRef = lazyStrictObject(() => ({
  ...Scope.shape,
  cluster: ClusterRef.shape.cluster,
  task: textUpTo(500).min(1).describe('an id or an ARN'),
}));
export type TaskRef = Immutable<z.infer<typeof TaskRef>>;

/** Whether ECS may stop a task of a service when it scales in or deploys. */
export const TaskProtection = lazyObject(() => ({ isProtected: z.boolean(), until: Instant.optional() }));
export type TaskProtection = Immutable<z.infer<typeof TaskProtection>>;

/** What ECS tells about a container beside its state. */
const ContainerFacts = lazyObject(() => ({
  name: z.string(),
  isEssential: z.boolean().optional(),
  cpu: z.string().optional(),
  memory: z.string().optional(),
  privateIpv4: z.string().optional(),
  ipv6: z.string().optional(),
  /** Host and container ports, such as `10.0.1.4:32768 → 8080/tcp`. */
  ports: z.array(z.string()),
  managedAgents: z.array(
    z.object({ name: z.string(), lastStatus: z.string().optional(), reason: z.string().optional() }),
  ),
  /** The restart policy of its revision. How often it has restarted, only the task metadata endpoint says. */
  restarts: z
    .object({ ignoredExitCodes: z.array(z.number().int()), attemptPeriodSeconds: z.number().optional() })
    .optional(),
}));

const TASK_TIMES = [
  'created',
  'connected',
  'pullStarted',
  'pullStopped',
  'started',
  'stopping',
  'executionStopped',
  'stopped',
] as const;

/** A task with all that is known of it. */
export const TaskDetail = lazyObject(() => ({
  task: Task,
  /** Missing for a task that no service started. */
  service: z.string().optional(),
  /** What started it, such as `family:web`, where it is no service. */
  group: z.string().optional(),
  /** Of the service, where this task belongs to the one in progress. */
  deploymentArn: z.string().optional(),
  /** The entry of the journal that started it, with the service in whose place it runs. */
  startedByEntry: z.object({ id: z.string(), title: z.string(), service: z.string() }).optional(),
  /** Why it failed, in words that follow `container` or "The task". */
  failure: z.object({ cause: z.string(), container: z.string().optional() }).optional(),
  launchType: z.string().optional(),
  capacityProvider: z.string().optional(),
  platform: z.string().optional(),
  cpu: z.string().optional(),
  memory: z.string().optional(),
  ephemeralStorageGiB: z.number().int().optional(),
  hasExec: z.boolean(),
  network: z
    .object({
      privateIpv4: z.string().optional(),
      ipv6: z.string().optional(),
      subnet: z.string().optional(),
      networkInterface: z.string().optional(),
      macAddress: z.string().optional(),
      dnsName: z.string().optional(),
      /** The network interface in the AWS console, which has its public address. */
      consoleUrl: z.string().optional(),
    })
    .optional(),
  instance: z
    .object({ arn: z.string(), ec2: z.string().optional(), consoleUrl: z.string().optional() })
    .optional(),
  times: z.array(z.object({ what: z.enum(TASK_TIMES), at: Instant })),
  containers: z.array(ContainerFacts),
  protection: TaskProtection.optional(),
  tags: z.array(z.object({ key: z.string(), value: z.string() })),
  /** Those of its service that name it, newest first. */
  events: z.array(ServiceEvent),
  /** What could not be read, as sentences. */
  notRead: z.array(z.string()),
}));
export type TaskDetail = Immutable<z.infer<typeof TaskDetail>>;

/** The end of what each container of a task has written. */
export const TaskLines = lazyObject(() => ({ containers: z.array(LastLines), notRead: z.array(z.string()) }));

/** What stopping a task would do now. */
export const StopCheck = lazyObject(() => ({
  effects: z.array(z.object({ isWarning: z.boolean(), sentence: z.string() })),
  /** What confirms it where a rule asks for a name: the service, or the cluster. */
  word: z.string(),
}));
export type StopCheck = Immutable<z.infer<typeof StopCheck>>;

/** What a one-off task would be, and what is checked before it. */
export const RunCheck = lazyObject(() => ({
  /** Such as `web:42`. */
  revision: z.string(),
  /** The container that gets the command, and whose exit code counts. */
  container: z.string(),
  containers: z.array(z.string()),
  /** The words of the command line. Missing for the command of the container. */
  command: z.array(z.string()).optional(),
  /** Its own command, where none is given. */
  ownCommand: z.array(z.string()),
  /** CPU and memory of the task as a person reads them. */
  size: z.string().optional(),
  /** Where it runs: capacity and network. */
  place: z.string(),
  checks: z.array(Check),
}));
export type RunCheck = Immutable<z.infer<typeof RunCheck>>;
