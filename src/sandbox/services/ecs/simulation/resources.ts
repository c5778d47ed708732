/** What a task takes of a container instance, or what an instance has left. */
export interface Resources {
  readonly cpu: number;
  readonly memory: number;
  /** Host ports: those that a task needs, or those that are taken on an instance. */
  readonly ports: readonly number[];
}
