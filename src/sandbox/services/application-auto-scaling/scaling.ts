import { randomUUID } from 'node:crypto';
import type {
  ScalableTarget,
  ScalingActivity,
  ScalingPolicy,
  ScheduledAction,
  ServiceNamespace,
} from '@aws-sdk/client-application-auto-scaling';
import { createTable, KEEPS_NOTHING, type StoredTable, type Table } from '../../storage/table.ts';
import type { ScalableServices } from '../ecs/simulation/scalable-services.ts';

/** What is scaled: a service of ECS, or a resource of another AWS service, of which the sandbox has only the name. */
export interface Scaled {
  readonly ServiceNamespace: ServiceNamespace;
  readonly ResourceId: string;
  readonly ScalableDimension: NonNullable<ScalableTarget['ScalableDimension']>;
}

export type Target = ScalableTarget & Scaled & { readonly MinCapacity: number; readonly MaxCapacity: number };
export type Policy = ScalingPolicy & Scaled & { readonly PolicyName: string };
export type Activity = ScalingActivity & Scaled & { readonly ActivityId: string; readonly StartTime: Date };
export type Action = ScheduledAction & Scaled & { readonly ScheduledActionName: string };

/** The scalable targets of a region, with what belongs to each. */
export interface Scaling {
  readonly targets: Table<Target>;
  /** Grouped by their target. */
  readonly policies: Table<Policy>;
  readonly activities: Table<Activity>;
  readonly actions: Table<Action>;
  /** How many tasks a service of ECS should have; undefined when there is no such service. */
  capacity(scaled: Scaled): number | undefined;
  /** Sets the desired count of the service and keeps the activity with its cause. */
  setCapacity(scaled: Scaled, count: number, cause: string): void;
}

interface ScalingOptions {
  readonly services: ScalableServices;
  readonly now: () => Date;
  readonly stored?: (table: string) => StoredTable;
}

export function createScaling({ services, now, stored = () => KEEPS_NOTHING }: ScalingOptions): Scaling {
  const activities = createTable<Activity>(
    ({ ActivityId }) => ActivityId,
    targetKey,
    stored('scaling-activities'),
  );

  function forgetOld(target: string, at: Date): void {
    for (const { ActivityId, StartTime } of activities.inGroup(target)) {
      if (at.getTime() - StartTime.getTime() <= KEPT_MS) return;
      activities.delete(ActivityId);
    }
  }

  return {
    targets: createTable<Target>(targetKey, () => '', stored('scalable-targets')),
    policies: createTable<Policy>(
      (policy) => partKey(policy, policy.PolicyName),
      targetKey,
      stored('scaling-policies'),
    ),
    actions: createTable<Action>(
      (action) => partKey(action, action.ScheduledActionName),
      targetKey,
      stored('scheduled-actions'),
    ),
    activities,
    capacity(scaled) {
      const place = placeOfService(scaled);
      return place && services.desiredCount(place.cluster, place.service);
    },
    setCapacity(scaled, count, cause) {
      const place = placeOfService(scaled);
      if (place === undefined) return;
      services.setDesiredCount(place.cluster, place.service, count);
      const at = now();
      const { ServiceNamespace, ResourceId, ScalableDimension } = scaled;
      activities.put({
        ActivityId: randomUUID(),
        ServiceNamespace,
        ResourceId,
        ScalableDimension,
        Description: `Setting desired count to ${count}.`,
        Cause: cause,
        StartTime: at,
        EndTime: at,
        StatusCode: 'Successful',
        StatusMessage: `Successfully set desired count to ${count}. Change successfully fulfilled by ecs.`,
      });
      forgetOld(targetKey(scaled), at);
    },
  };
}

/** https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-scaling-activities.html */
const KEPT_MS = 6 * 7 * 24 * 60 * 60_000;

export function targetKey({ ServiceNamespace, ResourceId, ScalableDimension }: Scaled): string {
  return `${ServiceNamespace} ${ResourceId} ${ScalableDimension}`;
}

export function partKey(scaled: Scaled, name: string): string {
  return `${targetKey(scaled)} ${name}`;
}

/** Undefined for what is no service of ECS. */
export function placeOfService({
  ServiceNamespace,
  ResourceId,
}: Scaled): { readonly cluster: string; readonly service: string } | undefined {
  const [kind, cluster = '', service = '', ...more] = ResourceId.split('/');
  if (ServiceNamespace !== 'ecs' || kind !== 'service' || service === '' || more.length > 0) return undefined;
  return { cluster, service };
}
