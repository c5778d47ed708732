import type { ECRClient } from '@aws-sdk/client-ecr';
import type { ECSClient } from '@aws-sdk/client-ecs';
import type { STSClient } from '@aws-sdk/client-sts';
import type { RequestBudget, Scope } from '../../../shared/model/account.ts';

/** Who waits for the answer. Background work takes at most half of a bucket's refill. */
export type Priority = 'clicked' | 'visible' | 'background';

/**
 * SDK clients by account and region. Every request of theirs, retries included, waits for its token in the
 * scheduler; every error of theirs is a SlipwayError (see awsErrorName for AWS's own name of it).
 */
export interface Aws {
  ecs(scope: Scope, priority: Priority): ECSClient;
  ecr(scope: Scope, priority: Priority): ECRClient;
  sts(scope: Scope, priority: Priority): STSClient;
  /** The token buckets as they stand. */
  budget(scope: Scope): readonly RequestBudget[];
}
