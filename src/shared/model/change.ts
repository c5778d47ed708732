import { z } from 'zod';
import { listUpTo, textUpTo } from './bounded.ts';
import { ScalingChange } from './express.ts';
import type { Immutable } from './immutable.ts';
import { lazyStrictObject } from './lazy-objects.ts';
import { RevisionArn } from './revision.ts';
import { cpuUnitsOf, memoryMiBOf } from './task-size.ts';

/** ECS takes ten containers in a task definition; 64 KiB of it, which bounds what is in them. */
const CONTAINERS = 50;
const VARIABLES = 2000;
const ContainerName = textUpTo(255).min(1);
const VariableName = textUpTo(255).min(1);
/** Of a task, as ECS reads it: a number as text, or one with its unit. */
const TaskCpu = textUpTo(20).refine((text) => isBetween(cpuUnitsOf(text), 10, 999_999), {
  error: 'is not a number of CPU units such as 512, nor of vCPUs such as 0.5 vCPU',
});
const TaskMemory = textUpTo(20).refine((text) => isBetween(memoryMiBOf(text), 1, 9_999_999), {
  error: 'is not a number of MiB such as 1024, nor of GB such as 1 GB',
});
const BakeMinutes = z.number().int().min(0).max(1440);

const Environment = lazyStrictObject(() => ({
  container: ContainerName,
  set: listUpTo(VARIABLES, z.strictObject({ name: VariableName, value: textUpTo(32_768) })).optional(),
  remove: listUpTo(VARIABLES, VariableName).optional(),
}));

/** Secrets are references: the ARN of a secret or parameter, or the name of a parameter in the same region. */
const Secrets = lazyStrictObject(() => ({
  container: ContainerName,
  set: listUpTo(
    VARIABLES,
    z.strictObject({ name: VariableName, valueFrom: textUpTo(2048).min(1) }),
  ).optional(),
  remove: listUpTo(VARIABLES, VariableName).optional(),
}));

const ContainerSize = lazyStrictObject(() => ({
  container: ContainerName,
  /** CPU units, MiB and MiB. */
  cpu: z.number().int().min(0).max(196_608).optional(),
  memory: z.number().int().min(6).max(4_194_304).optional(),
  memoryReservation: z.number().int().min(6).max(4_194_304).optional(),
}));

/** The changes of the task definition. Omitted fields stay unchanged. */
export const RevisionChange = lazyStrictObject(() => ({
  images: listUpTo(
    CONTAINERS,
    z.strictObject({ container: ContainerName, image: textUpTo(512).min(1) }),
  ).optional(),
  environment: listUpTo(CONTAINERS, Environment).optional(),
  secrets: listUpTo(CONTAINERS, Secrets).optional(),
  /** Of the task as a whole. */
  cpu: TaskCpu.optional(),
  memory: TaskMemory.optional(),
  containers: listUpTo(CONTAINERS, ContainerSize).optional(),
}));
export type RevisionChange = Immutable<z.infer<typeof RevisionChange>>;

export const DeploymentStrategy = z.enum(['ROLLING', 'BLUE_GREEN', 'LINEAR', 'CANARY']);
export type DeploymentStrategy = z.infer<typeof DeploymentStrategy>;

/** When the circuit breaker triggers: a number of failed tasks, or a share of the desired count. */
const FailureThreshold = z.discriminatedUnion('type', [
  lazyStrictObject(() => ({ type: z.literal('BOUNDED_PERCENT'), value: z.number().int().min(1).max(100) })),
  lazyStrictObject(() => ({
    type: z.literal('UNBOUNDED_PERCENT'),
    value: z.number().int().min(1).max(10_000),
  })),
  lazyStrictObject(() => ({ type: z.literal('COUNT'), value: z.number().int().min(1).max(100_000) })),
]);

/** The fields and ranges of ECS's DeploymentConfiguration. Omitted fields stay unchanged. */
export const DeploymentSettings = lazyStrictObject(() => ({
  strategy: DeploymentStrategy.optional(),
  minimumHealthyPercent: z.number().int().min(0).max(100).optional(),
  maximumPercent: z.number().int().min(100).max(10_000).optional(),
  /** How long both revisions run once all traffic has shifted. */
  bakeTimeInMinutes: BakeMinutes.optional(),
  linearConfiguration: z
    .strictObject({
      stepPercent: z.number().min(3).max(100).optional(),
      stepBakeTimeInMinutes: BakeMinutes.optional(),
    })
    .optional(),
  canaryConfiguration: z
    .strictObject({
      canaryPercent: z.number().min(0.1).max(100).optional(),
      canaryBakeTimeInMinutes: BakeMinutes.optional(),
    })
    .optional(),
  deploymentCircuitBreaker: z
    .strictObject({
      enable: z.boolean().optional(),
      rollback: z.boolean().optional(),
      resetOnHealthyTask: z.boolean().optional(),
      thresholdConfiguration: FailureThreshold.optional(),
    })
    .optional(),
  alarms: z
    .strictObject({
      alarmNames: listUpTo(100, textUpTo(255).min(1)).optional(),
      enable: z.boolean().optional(),
      rollback: z.boolean().optional(),
    })
    .optional(),
}));
export type DeploymentSettings = Immutable<z.infer<typeof DeploymentSettings>>;

/** The changes of the service besides its task definition and number of tasks. */
export const ServiceSettings = lazyStrictObject(() => ({
  deploymentConfiguration: DeploymentSettings.optional(),
  healthCheckGracePeriodSeconds: z.number().int().min(0).max(2_147_483_647).optional(),
  enableExecuteCommand: z.boolean().optional(),
  platformVersion: textUpTo(40)
    .regex(/^(?:LATEST|\d+\.\d+\.\d+)$/, 'is not a platform version such as LATEST or 1.4.0')
    .optional(),
}));
export type ServiceSettings = Immutable<z.infer<typeof ServiceSettings>>;

/** A task that runs to its end before the service is changed, such as a migration. */
export const TaskBefore = lazyStrictObject(() => ({
  /** The container that gets the command, and whose exit code counts. May be omitted where the revision has one. */
  container: ContainerName.optional(),
  command: listUpTo(100, textUpTo(8_192)).min(1),
}));
export type TaskBefore = Immutable<z.infer<typeof TaskBefore>>;

/** The changes of a service. Omitted fields stay unchanged. */
export const Change = lazyStrictObject(() => ({
  ...RevisionChange.shape,
  /** The revision that the change is made on, such as one that failed; otherwise the one that the service runs. */
  from: RevisionArn.optional(),
  ...ServiceSettings.shape,
  desiredCount: z.number().int().min(0).max(5000).optional(),
  /** Of an Express service, whose number of tasks it sets. */
  scaling: ScalingChange.optional(),
  forceNewDeployment: z.boolean().optional(),
  before: TaskBefore.optional(),
}));
export type Change = Immutable<z.infer<typeof Change>>;

function isBetween(amount: number | undefined, least: number, most: number): boolean {
  return amount !== undefined && amount >= least && amount <= most;
}
