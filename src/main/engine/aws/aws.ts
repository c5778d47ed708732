import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { ECRClient } from '@aws-sdk/client-ecr';
import type { ECSClient } from '@aws-sdk/client-ecs';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { STSClient } from '@aws-sdk/client-sts';
import type { RequestBudget, Scope } from '../../../shared/model/account.ts';

/** Who waits for the answer. Background work takes what the others leave, and never a bucket's last tokens. */
export type Priority = 'clicked' | 'visible' | 'background';

/**
 * SDK clients by account and region. Every request of theirs, retries included, waits for its token in the
 * scheduler; every error of theirs is a SlipwayError (see awsErrorName for AWS's own name of it).
 */
export interface Aws {
  ecs(scope: Scope, priority: Priority): ECSClient;
  ecr(scope: Scope, priority: Priority): ECRClient;
  sts(scope: Scope, priority: Priority): STSClient;
  /** CloudWatch Logs. */
  logs(scope: Scope, priority: Priority): CloudWatchLogsClient;
  /** Elastic Load Balancing, version 2. */
  elb(scope: Scope, priority: Priority): ElasticLoadBalancingV2Client;
  /** CloudWatch, for its alarms. */
  alarms(scope: Scope, priority: Priority): CloudWatchClient;
  /** Whether the next request would ask a person for an MFA code. Sends nothing. */
  asksForCode(scope: Scope): boolean;
  /** The token buckets as they stand. */
  budget(scope: Scope): readonly RequestBudget[];
}
