import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { Deployment } from '../../../../shared/model/deployment.ts';
import type { Guard } from '../../../../shared/model/environment.ts';
import type { PlanKind } from '../../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import type { Capacity } from '../../ecs/capacity.ts';
import type { Reading } from '../../ecs/check.ts';
import type { ReadCaller } from '../../permissions/simulation.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';
import type { DeployableService, DescribedRevision } from '../model/service-reading.ts';
import type { RestoredMembers } from '../model/service-restoration.ts';
import type { PlannedAction, UpdateAction } from '../model/stored-plan.ts';
import type { FoundImage } from './image-checks.ts';

/** What a plan wants and what it stands on, already read. */
export interface PreflightSubject {
  readonly ref: ServiceRef;
  readonly kind: PlanKind;
  readonly service: DeployableService;
  readonly action: PlannedAction;
  /** The revision that the service is on, or on its way to. */
  readonly current: DescribedRevision;
  /** The revision that is deployed, or whose content is registered again. */
  readonly revision: DescribedRevision;
  /** What the new tasks will be made from. */
  readonly content: RegisterTaskDefinitionRequest;
  /** The settings of an earlier service revision that are sent too. */
  readonly restored?: RestoredMembers;
  /** The ARN of who made the plan, where it came through the ledger. */
  readonly plannedBy?: string | undefined;
}

/** What is checked, with what it will be and what was read. */
export interface Inspection extends PreflightSubject {
  readonly dependencies: ReleaseDependencies;
  readonly guard: Guard;
  readonly signal: AbortSignal;
  readonly caller: ReadCaller;
  readonly action: UpdateAction;
  readonly after: DeployableService;
  readonly capacity: Capacity;
  readonly deployments: Reading<readonly Deployment[]>;
  readonly images: readonly FoundImage[];
}
