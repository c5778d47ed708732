import {
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  type TaskDefinitionStatus,
} from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { Aws } from '../../aws/aws.ts';
import { type KnownUse, readAllUse } from '../../use/read-all-use.ts';
import { readRevisions } from '../../use/read-revisions.ts';
import type { UseGraph } from '../../use/use-graph.ts';
import type { JobItem } from '../jobs/job-items.ts';
import type { RevisionJob } from '../jobs/stored-job.ts';
import { requireAcknowledged } from '../jobs/unknown-use.ts';
import { readTagged } from './read-protection.ts';

/** What a running clean-up asks of ECS, in its own account and region. */
export interface ControlPlane {
  /**
   * Reads what is in use now. Throws when any part could not be read, and STALE_PLAN for use that was not acknowledged.
   */
  uses(signal: AbortSignal): Promise<UseGraph>;
  /** Which of these have got the tag that protects them, and why they stay. */
  protectedByTag(items: readonly JobItem[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** Undefined when ECS does not know the revision any more. */
  statusOf(arn: string, signal: AbortSignal): Promise<TaskDefinitionStatus | undefined>;
  deregister(arn: string, signal: AbortSignal): Promise<void>;
  /** Returns why each of those that were not deleted was not, by ARN. At most ten, all INACTIVE. */
  deletePermanently(arns: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** Which revisions are in DELETE_IN_PROGRESS. */
  inDeletion(signal: AbortSignal): Promise<ReadonlySet<string>>;
}

/** ECS for one clean-up, at the priority of the background. `known`: what was read for its plan. */
export function createControlPlane(
  aws: Aws,
  { target, policy, acknowledged }: RevisionJob,
  known: KnownUse,
): ControlPlane {
  const { account, region, families } = target;
  // Asked for each time: a client is made again after a login.
  const ecs = () => aws.ecs({ account, region }, 'background');
  return {
    async uses(signal) {
      const wanted = { families, keepWorked: policy.keepWorked };
      const read = { aws, scope: { account, region }, priority: 'background', signal } as const;
      // Every list is read again before something is removed.
      const { uses, unknown } = await readAllUse(read, wanted, { ...known, clusters: undefined });
      requireAcknowledged(unknown, acknowledged);
      return uses;
    },
    async protectedByTag(items, signal) {
      if (policy.keepTagged === undefined) return new Map();
      return readTagged({ ecs: ecs(), signal }, items, policy.keepTagged);
    },
    async statusOf(arn, signal) {
      try {
        const command = new DescribeTaskDefinitionCommand({ taskDefinition: arn });
        const { taskDefinition } = await ecs().send(command, { abortSignal: signal });
        return taskDefinition?.status;
      } catch (error) {
        if (error instanceof SlipwayError && error.code === 'NOT_FOUND') return undefined;
        throw error;
      }
    },
    async deregister(arn, signal) {
      const command = new DeregisterTaskDefinitionCommand({ taskDefinition: arn });
      await ecs().send(command, { abortSignal: signal });
    },
    async deletePermanently(arns, signal) {
      const command = new DeleteTaskDefinitionsCommand({ taskDefinitions: [...arns] });
      const { failures = [] } = await ecs().send(command, { abortSignal: signal });
      return new Map(
        failures.flatMap(({ arn, reason, detail }) =>
          arn === undefined ? [] : [[arn, detail ?? reason ?? 'ECS gave no reason']],
        ),
      );
    },
    async inDeletion(signal) {
      const wanted = { families, status: 'DELETE_IN_PROGRESS' } as const;
      return new Set((await readRevisions(ecs(), wanted, signal)).map(({ arn }) => arn));
    },
  };
}
