import type { AccessKey } from './access-keys.ts';
import type { Called } from './protocol.ts';
import { awsError, type CallContext } from './service.ts';

const READS = /^(?:Describe|List|Get|BatchGet|BatchCheck|Filter|Discover)/;

/** Reads that hand out rights to write; AWS's read-only policies leave them out or allow them. This one allows them. */
const ALLOWED_TO_ALL: ReadonlySet<string> = new Set(['GetCallerIdentity', 'GetAuthorizationToken']);

/**
 * Refuses writes with a key that may only read, so that denials can be rehearsed.
 *
 * @throws AwsError `AccessDeniedException` in the words of IAM, which name the action that is missing.
 */
export function checkPermission(key: AccessKey, called: Called, input: object, context: CallContext): void {
  const { service, operation } = called;
  if (key.permissions === 'everything' || READS.test(operation) || ALLOWED_TO_ALL.has(operation)) return;
  const action = `${service.toLowerCase()}:${operation}`;
  const resource = resourceOf(service, new Map(Object.entries(input)), context);
  throw awsError(
    'AccessDeniedException',
    `User: ${key.principalArn} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
  );
}

/** The resource that IAM names: the most telling one that the request has, or `*`. */
function resourceOf(
  service: string,
  input: ReadonlyMap<string, unknown>,
  { region, accountId }: CallContext,
): string {
  const text = (member: string): string | undefined => {
    const value = input.get(member);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const arn = (name: string, path: string) => `arn:aws:${name}:${region}:${accountId}:${path}`;
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
    case 'STS':
      return text('RoleArn') ?? '*';
    default:
      return '*';
  }
}
