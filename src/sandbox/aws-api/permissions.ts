import { partitionOf } from '../core/partition.ts';
import type { AccessKey } from './access-keys.ts';
import { matchesAction } from './action-pattern.ts';
import type { Called } from './protocol.ts';
import { type AwsError, awsError, type CallContext } from './service.ts';

const READS = /^(?:Describe|List|Get|BatchGet|BatchCheck|Filter|Discover|Simulate)/;

/**
 * Reads with names of their own, and one that hands out rights to write, which AWS's read-only policies leave out or allow.
 * This one allows it.
 */
const ALLOWED_TO_ALL: ReadonlySet<string> = new Set([
  'GetCallerIdentity',
  'GetAuthorizationToken',
  'StartLiveTail',
  'Query',
  'Scan',
]);

/** AWS's read-only policy shows that a secret is there, and not what it says. */
const NO_READ = 'secretsmanager:GetSecretValue';

/**
 * Says which actions, such as `ecs:UpdateService`, a key may do.
 *
 * @param denied what no key may do: patterns such as `iam:PassRole` or `secretsmanager:*`.
 */
export function allowedActions(
  permissions: AccessKey['permissions'],
  denied: readonly string[],
): (action: string) => boolean {
  return (action) => {
    if (denied.some((pattern) => matchesAction(pattern, action))) return false;
    if (permissions === 'everything') return true;
    const [, operation = ''] = action.split(':');
    if (permissions === 'nothing') return operation === 'GetCallerIdentity';
    return action !== NO_READ && (READS.test(operation) || ALLOWED_TO_ALL.has(operation));
  };
}

/**
 * Refuses what the key is not allowed, so that denials can be rehearsed.
 * @throws AwsError `AccessDeniedException` with the message of IAM, which names the missing action.
 */
export function checkPermission(called: Called, input: object, context: CallContext): void {
  const { service, operation } = called;
  const action = `${service.toLowerCase()}:${operation}`;
  if (context.allows(action)) return;
  throw accessDenied(context, action, resourceOf(service, new Map(Object.entries(input)), context));
}

/** IAM's message when no policy of the caller allows an action. */
export function accessDenied(
  { principalArn }: Pick<CallContext, 'principalArn'>,
  action: string,
  resource: string,
): AwsError {
  return awsError(
    'AccessDeniedException',
    `User: ${principalArn} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
  );
}

/** The resource that IAM names: the most specific one of the request, or `*`. */
function resourceOf(
  service: string,
  input: ReadonlyMap<string, unknown>,
  { region, accountId }: CallContext,
): string {
  const text = (member: string): string | undefined => {
    const value = input.get(member);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const arn = (name: string, path: string) =>
    `arn:${partitionOf(region)}:${name}:${region}:${accountId}:${path}`;
  const named = (member: string, kind: string, inside = ''): string | undefined => {
    const value = text(member);
    if (value === undefined) return undefined;
    return value.startsWith('arn:') ? value : arn('ecs', `${kind}/${inside}${value}`);
  };

  switch (service) {
    case 'ECR': {
      const repository = text('repositoryName');
      return repository === undefined ? '*' : arn('ecr', `repository/${repository}`);
    }
    case 'ECS': {
      const cluster = text('cluster')?.split('/').at(-1) ?? 'default';
      const family = text('family');
      return (
        text('resourceArn') ??
        named('service', 'service', `${cluster}/`) ??
        named('serviceName', 'service', `${cluster}/`) ??
        text('serviceDeploymentArn') ??
        named('task', 'task', `${cluster}/`) ??
        named('taskDefinition', 'task-definition') ??
        (family === undefined ? undefined : arn('ecs', `task-definition/${family}:*`)) ??
        named('cluster', 'cluster') ??
        named('clusterName', 'cluster') ??
        '*'
      );
    }
    case 'DynamoDB': {
      const [table, index] = [text('TableName'), text('IndexName')];
      if (table === undefined) return text('ResourceArn') ?? '*';
      const ofTable = table.startsWith('arn:') ? table : arn('dynamodb', `table/${table}`);
      return index === undefined ? ofTable : `${ofTable}/index/${index}`;
    }
    case 'CloudFormation': {
      const stack = text('StackName');
      if (stack === undefined || stack.startsWith('arn:')) return stack ?? '*';
      return arn('cloudformation', `stack/${stack}/*`);
    }
    case 'S3':
      return `arn:${partitionOf(region)}:s3:::${text('Bucket')}/${text('Key')}`;
    case 'STS':
      return text('RoleArn') ?? '*';
    case 'IAM': {
      const role = text('RoleName');
      return role === undefined ? '*' : `arn:${partitionOf(region)}:iam::${accountId}:role/${role}`;
    }
    case 'SecretsManager': {
      const secret = text('SecretId') ?? text('Name');
      if (secret === undefined || secret.startsWith('arn:')) return secret ?? '*';
      return arn('secretsmanager', `secret:${secret}`);
    }
    case 'SSM': {
      const parameter = text('Name');
      if (parameter === undefined || parameter.startsWith('arn:')) return parameter ?? '*';
      return arn('ssm', `parameter/${parameter.replace(/^\//, '')}`);
    }
    default:
      return '*';
  }
}
