import type { TaskStopCode } from '@aws-sdk/client-ecs';

/** The states of a task, in the order in which it goes through them. */
export type TaskStatus =
  | 'PROVISIONING'
  | 'PENDING'
  | 'ACTIVATING'
  | 'RUNNING'
  | 'DEACTIVATING'
  | 'STOPPING'
  | 'DEPROVISIONING'
  | 'STOPPED';

/** Why a task stops, as DescribeTasks reports it. */
export interface StopCause {
  readonly stopCode: TaskStopCode;
  readonly stoppedReason: string;
  /** What happened to the container that made the task stop; undefined when it was told to. */
  readonly container?: ContainerFailure;
}

export interface ContainerFailure {
  readonly name: string;
  readonly exitCode?: number;
  readonly reason?: string;
  /** What it wrote to its log at the end. */
  readonly lastLines?: readonly string[];
}

/** Something that happens to a task by itself, `afterSeconds` virtual seconds after what came before. */
export type LifeStep = { readonly afterSeconds: number } & (
  | { readonly kind: 'enter'; readonly status: TaskStatus }
  | { readonly kind: 'become-healthy' }
  | { readonly kind: 'fail'; readonly cause: StopCause }
  | { readonly kind: 'forget' }
);
