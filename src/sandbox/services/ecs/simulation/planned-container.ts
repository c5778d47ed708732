import type { HealthCheck } from '@aws-sdk/client-ecs';
import type { SecretReference } from './secret-reference.ts';
import type { Behaviour } from './task-behaviour.ts';

/** A container of a task that is to start, with what decides how it goes. */
export interface PlannedContainer {
  readonly name: string;
  readonly image: string;
  readonly essential: boolean;
  readonly healthCheck: HealthCheck | undefined;
  /** The port that it listens on, or 0. */
  readonly port: number;
  /** The first secret that it is given, by reference. */
  readonly secret: SecretReference | undefined;
  /** The role of its task, or that of the agent. */
  readonly role: string | undefined;
  readonly behaviour: Behaviour;
}
