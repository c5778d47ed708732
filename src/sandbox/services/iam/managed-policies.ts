import { type PolicyDocument, readPolicy } from './policy-document.ts';

/** What the agent of a task needs to pull from ECR and to write logs. */
export const TASK_EXECUTION_POLICY = 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy';

const ADMINISTRATOR_ACCESS = 'arn:aws:iam::aws:policy/AdministratorAccess';

/**
 * The actions of policies that AWS manages, as published. Both are for every resource.
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
const MANAGED_ACTIONS: ReadonlyMap<string, readonly string[]> = new Map([
  [
    TASK_EXECUTION_POLICY,
    [
      'ecr:GetAuthorizationToken',
      'ecr:BatchCheckLayerAvailability',
      'ecr:GetDownloadUrlForLayer',
      'ecr:BatchGetImage',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
    ],
  ],
  [ADMINISTRATOR_ACCESS, ['*']],
]);

/** The policy of an ARN, of any partition; undefined for one that the sandbox does not have. */
export function managedPolicy(arn: string): PolicyDocument | undefined {
  const Action = MANAGED_ACTIONS.get(arn.replace(/^arn:aws[a-z-]*:/, 'arn:aws:'));
  if (Action === undefined) return undefined;
  return readPolicy(JSON.stringify({ Statement: [{ Effect: 'Allow', Action, Resource: '*' }] }));
}
