import type { Agent } from 'node:http';
import type { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ECRClient } from '@aws-sdk/client-ecr';
import type { ECSClient } from '@aws-sdk/client-ecs';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SchedulerClient } from '@aws-sdk/client-scheduler';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { STSClient } from '@aws-sdk/client-sts';
import type { OfferedRole, RequestBudget, Scope } from '../../../shared/model/account.ts';
import type { SendLimit } from './lapsing-signatures.ts';
import type { RefusedCallsOfIdentity } from './refused-calls.ts';

/** Who waits for the answer. Background work takes what the others leave, and never a bucket's last tokens. */
export type Priority = 'clicked' | 'visible' | 'background';

/**
 * SDK clients by account and region. Every request of theirs, retries included, waits for its token in the
 * scheduler; every error of theirs is a SlipwayError (see awsErrorName for AWS's own name of it).
 */
export interface Aws {
  ecs(scope: Scope, priority: Priority): ECSClient;
  /** A client of its own for one release, whose calls that change something can't be carried out after the limit. */
  ecsUntil(scope: Scope, priority: Priority, limit: SendLimit): ECSClient;
  ecr(scope: Scope, priority: Priority): ECRClient;
  sts(scope: Scope, priority: Priority): STSClient;
  /** CloudWatch Logs. */
  logs(scope: Scope, priority: Priority): CloudWatchLogsClient;
  /** Elastic Load Balancing, version 2. */
  elb(scope: Scope, priority: Priority): ElasticLoadBalancingV2Client;
  /** CloudWatch, for its alarms and metrics. */
  alarms(scope: Scope, priority: Priority): CloudWatchClient;
  /** Application Auto Scaling. */
  scaling(scope: Scope, priority: Priority): ApplicationAutoScalingClient;
  iam(scope: Scope, priority: Priority): IAMClient;
  /** Secrets Manager. Values of secrets are never asked for. */
  secrets(scope: Scope, priority: Priority): SecretsManagerClient;
  /** Systems Manager: its sessions, and parameters of its Parameter Store. Their values are never asked for. */
  parameters(scope: Scope, priority: Priority): SSMClient;
  /** KMS, for the data keys of encrypted sessions. */
  keys(scope: Scope, priority: Priority): KMSClient;
  codeDeploy(scope: Scope, priority: Priority): CodeDeployClient;
  /** EventBridge, for its rules. */
  eventRules(scope: Scope, priority: Priority): EventBridgeClient;
  /** EventBridge Scheduler. */
  schedules(scope: Scope, priority: Priority): SchedulerClient;
  /** Step Functions. */
  stateMachines(scope: Scope, priority: Priority): SFNClient;
  /** DynamoDB, for the ledger of a team. */
  dynamodb(scope: Scope, priority: Priority): DynamoDBClient;
  /** CloudFormation, for the templates of stacks. */
  stacks(scope: Scope, priority: Priority): CloudFormationClient;
  /** S3, for states of Terraform. */
  objects(scope: Scope, priority: Priority): S3Client;
  /** Whether the next request would ask a person for an MFA code or a sign-in. Sends nothing. */
  asksForCode(scope: Scope): boolean;
  /** Whether the next request might ask a person for anything. Sends nothing. */
  mayAsk(scope: Scope): boolean;
  /**
   * Renews the sign-in of an account where it needs that, and asks nobody. For work that nobody has clicked for: whether a sign-in can
   * be renewed is seen only by trying, and then `mayAsk` says it.
   */
  renewSignIn(scope: Scope): Promise<void>;
  /**
   * The accounts and roles that a person may use in a session of IAM Identity Center, by its name. Asks to sign in where that is
   * needed. Rejects with AUTH_REQUIRED, NOT_FOUND or UNAVAILABLE.
   */
  rolesOf(session: string): Promise<readonly OfferedRole[]>;
  /** When the credentials that were fetched for an account expire, or else its sign-in. Sends nothing. */
  expiresAt(account: string): Date | undefined;
  /**
   * Gets the credentials of an account, and asks a person where it has to, also when the last question was declined a
   * moment ago. Rejects with AUTH_REQUIRED, MFA_REQUIRED or UNAVAILABLE.
   */
  signIn(scope: Scope): Promise<void>;
  /** Connects to a server that AWS has named, over the proxy and with the certificates of the account. */
  agentFor(scope: Scope, url: URL): Promise<Agent>;
  /** What AWS has refused to the identity of the account in the region. */
  refusedCalls(scope: Scope): RefusedCallsOfIdentity;
  /** The token buckets as they stand. */
  budget(scope: Scope): readonly RequestBudget[];
}
