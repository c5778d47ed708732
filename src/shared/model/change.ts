import { z } from 'zod';
import type { Immutable } from './immutable.ts';
import { RevisionArn } from './revision.ts';

const ContainerName = z.string().min(1).max(255);
const VariableName = z.string().min(1).max(255);
/** Of a task: a number as text, as ECS writes it. */
const CpuUnits = z.string().regex(/^[1-9]\d{1,5}$/, 'is not a number of CPU units such as 512');
const Mebibytes = z.string().regex(/^[1-9]\d{0,6}$/, 'is not a number of MiB such as 1024');
const BakeMinutes = z.number().int().min(0).max(1440);

const Environment = z.strictObject({
  container: ContainerName,
  set: z.array(z.strictObject({ name: VariableName, value: z.string().max(32_768) })).optional(),
  remove: z.array(VariableName).optional(),
});

/** Secrets go by reference: the ARN of a secret or parameter, or the name of a parameter of the same region. */
const Secrets = z.strictObject({
  container: ContainerName,
  set: z.array(z.strictObject({ name: VariableName, valueFrom: z.string().min(1).max(2048) })).optional(),
  remove: z.array(VariableName).optional(),
});

const ContainerSize = z.strictObject({
  container: ContainerName,
  /** CPU units, MiB and MiB. */
  cpu: z.number().int().min(0).max(196_608).optional(),
  memory: z.number().int().min(6).max(4_194_304).optional(),
  memoryReservation: z.number().int().min(6).max(4_194_304).optional(),
});

/** What shall change about the task definition. Whatever is left out stays as it is. */
export const RevisionChange = z.strictObject({
  images: z.array(z.strictObject({ container: ContainerName, image: z.string().min(1).max(512) })).optional(),
  environment: z.array(Environment).optional(),
  secrets: z.array(Secrets).optional(),
  /** Of the task as a whole. */
  cpu: CpuUnits.optional(),
  memory: Mebibytes.optional(),
  containers: z.array(ContainerSize).optional(),
});
export type RevisionChange = Immutable<z.infer<typeof RevisionChange>>;

export const DeploymentStrategy = z.enum(['ROLLING', 'BLUE_GREEN', 'LINEAR', 'CANARY']);
export type DeploymentStrategy = z.infer<typeof DeploymentStrategy>;

/** When the circuit breaker triggers: so many failed tasks, or a share of the desired count. */
const FailureThreshold = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('BOUNDED_PERCENT'), value: z.number().int().min(1).max(100) }),
  z.strictObject({ type: z.literal('UNBOUNDED_PERCENT'), value: z.number().int().min(1).max(10_000) }),
  z.strictObject({ type: z.literal('COUNT'), value: z.number().int().min(1).max(100_000) }),
]);

/** Members and ranges of ECS's DeploymentConfiguration. Whatever is left out stays as it is. */
export const DeploymentSettings = z.strictObject({
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
      alarmNames: z.array(z.string().min(1).max(255)).max(100).optional(),
      enable: z.boolean().optional(),
      rollback: z.boolean().optional(),
    })
    .optional(),
});
export type DeploymentSettings = Immutable<z.infer<typeof DeploymentSettings>>;

/** What shall change about the service beside its task definition and the number of its tasks. */
export const ServiceSettings = z.strictObject({
  deploymentConfiguration: DeploymentSettings.optional(),
  healthCheckGracePeriodSeconds: z.number().int().min(0).max(2_147_483_647).optional(),
  enableExecuteCommand: z.boolean().optional(),
  platformVersion: z
    .string()
    .regex(/^(?:LATEST|\d+\.\d+\.\d+)$/, 'is not a platform version such as LATEST or 1.4.0')
    .optional(),
});
export type ServiceSettings = Immutable<z.infer<typeof ServiceSettings>>;

/** What shall change about a service. Whatever is left out stays as it is. */
export const Change = z.strictObject({
  ...RevisionChange.shape,
  /** The revision that the change is made on, such as one that failed; otherwise the one that the service runs. */
  from: RevisionArn.optional(),
  ...ServiceSettings.shape,
  desiredCount: z.number().int().min(0).max(5000).optional(),
  forceNewDeployment: z.boolean().optional(),
});
export type Change = Immutable<z.infer<typeof Change>>;
