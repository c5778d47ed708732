import { z } from 'zod';
import { ExpressDetail } from './express.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject, lazyStrictObject } from './lazy-objects.ts';
import { RevisionName } from './revision.ts';
import { ServiceRef } from './service.ts';

/** A service, and the revision that a change is made on when it is not the one that the service runs. */
export const SettingsRef = lazyStrictObject(() => ({
  ...ServiceRef.shape,
  revision: RevisionName.optional(),
}));
export type SettingsRef = Immutable<z.infer<typeof SettingsRef>>;

/** One container as its task definition has it. Sizes in CPU units and MiB; missing where there is no limit. */
export const ContainerSettings = lazyObject(() => ({
  container: z.string(),
  image: z.string(),
  cpu: z.number().optional(),
  memory: z.number().optional(),
  memoryReservation: z.number().optional(),
  environment: z.array(z.object({ name: z.string(), value: z.string() })),
  /** By reference, as the task definition writes it. */
  secrets: z.array(z.object({ name: z.string(), valueFrom: z.string() })),
}));
export type ContainerSettings = Immutable<z.infer<typeof ContainerSettings>>;

/**
 * The current values of everything that a `Change` can change. Unset values are omitted, unless ECS documents a
 * default.
 */
export const CurrentSettings = lazyObject(() => ({
  /** Family and number of the revision that the first part is read from. */
  revision: z.string(),
  /** Of the task as a whole. */
  cpu: z.string().optional(),
  memory: z.string().optional(),
  /** What its tasks run on, such as `linux/arm64`, where the task definition or Fargate says it. */
  buildPlatform: z.string().optional(),
  containers: z.array(ContainerSettings),
  /** ECS's name, such as ROLLING. */
  strategy: z.string(),
  minimumHealthyPercent: z.number().optional(),
  maximumPercent: z.number().optional(),
  bakeTimeInMinutes: z.number().optional(),
  stepPercent: z.number().optional(),
  stepBakeTimeInMinutes: z.number().optional(),
  canaryPercent: z.number().optional(),
  canaryBakeTimeInMinutes: z.number().optional(),
  circuitBreaker: z.object({
    enable: z.boolean(),
    rollback: z.boolean(),
    resetOnHealthyTask: z.boolean().optional(),
    /** `type` is ECS's name, such as COUNT. */
    threshold: z.object({ type: z.string(), value: z.number() }).optional(),
  }),
  alarms: z.object({ enable: z.boolean(), rollback: z.boolean(), names: z.array(z.string()) }),
  /** Lifecycle hooks, which a deploy keeps as they are: a Lambda function or a pause, and its stages. */
  hooks: z.array(z.object({ name: z.string(), stages: z.array(z.string()) })),
  desiredCount: z.number().int(),
  healthCheckGracePeriodSeconds: z.number().optional(),
  enableExecuteCommand: z.boolean(),
  platformVersion: z.string().optional(),
  /** Only of an Express service, whose scaling sets the number of tasks. */
  express: ExpressDetail.pick({ scaling: true }).optional(),
}));
export type CurrentSettings = Immutable<z.infer<typeof CurrentSettings>>;
