import type { DeploymentStrategy } from '../../../../shared/model/change.ts';
import type { CurrentSettings } from '../../../../shared/model/current-settings.ts';

/** Where the new image of a container comes from. */
export type ImageOrigin = 'keep' | 'tag' | 'local' | 'build';

/** One line of a change of variables and secrets. */
export interface VariableEdit {
  readonly id: number;
  readonly container: string;
  readonly act: 'variable' | 'secret' | 'remove-variable' | 'remove-secret';
  readonly name: string;
  /** The value of a variable, or what a secret refers to. */
  readonly value: string;
}

/** The limits of one container, as they are typed: CPU units, MiB and MiB. */
export interface ContainerSizeFields {
  readonly container: string;
  readonly cpu: string;
  readonly memory: string;
  readonly memoryReservation: string;
}

/** What ECS does on a failure; empty: as set now. */
export type Reaction = '' | 'off' | 'stop' | 'roll-back';

/** All fields except the images, as typed. An empty field keeps the current value. */
export interface MoreFields {
  readonly edits: readonly VariableEdit[];
  readonly cpu: string;
  readonly memory: string;
  readonly sizes: readonly ContainerSizeFields[];
  readonly strategy: '' | DeploymentStrategy;
  readonly minimumHealthyPercent: string;
  readonly maximumPercent: string;
  readonly bakeTimeInMinutes: string;
  readonly stepPercent: string;
  readonly stepBakeTimeInMinutes: string;
  readonly canaryPercent: string;
  readonly canaryBakeTimeInMinutes: string;
  readonly circuitBreaker: Reaction;
  readonly thresholdType: '' | 'COUNT' | 'BOUNDED_PERCENT' | 'UNBOUNDED_PERCENT';
  readonly threshold: string;
  /** What a healthy task does to the count of failures. */
  readonly healthyTask: '' | 'resets' | 'keeps';
  readonly alarms: Reaction;
  /** Separated by commas. */
  readonly alarmNames: string;
  readonly desiredCount: string;
  readonly healthCheckGracePeriodSeconds: string;
  readonly executeCommand: '' | 'on' | 'off';
  readonly platformVersion: string;
  /** Of an Express service. */
  readonly minTaskCount: string;
  readonly maxTaskCount: string;
}

export const NOTHING_MORE: MoreFields = {
  edits: [],
  cpu: '',
  memory: '',
  sizes: [],
  strategy: '',
  minimumHealthyPercent: '',
  maximumPercent: '',
  bakeTimeInMinutes: '',
  stepPercent: '',
  stepBakeTimeInMinutes: '',
  canaryPercent: '',
  canaryBakeTimeInMinutes: '',
  circuitBreaker: '',
  thresholdType: '',
  threshold: '',
  healthyTask: '',
  alarms: '',
  alarmNames: '',
  desiredCount: '',
  healthCheckGracePeriodSeconds: '',
  executeCommand: '',
  platformVersion: '',
  minTaskCount: '',
  maxTaskCount: '',
};

/** The props of a group of fields: all fields, a function that changes some, and the current settings once read. */
export interface FieldsProps {
  readonly fields: MoreFields;
  readonly onField: (changed: Partial<MoreFields>) => void;
  readonly now: CurrentSettings | undefined;
}
