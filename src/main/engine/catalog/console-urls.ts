import { consoleOrigin } from '../aws/partitions.ts';

/**
 * Addresses in the AWS console of the region's partition; undefined where the console has no known host. The console asks
 * for the sign-in itself.
 */
export function serviceConsoleUrl(region: string, cluster: string, service: string): string | undefined {
  return consoleUrl(region, 'ecs/v2', ['clusters', cluster, 'services', service, 'health']);
}

export function taskConsoleUrl(region: string, cluster: string, taskId: string): string | undefined {
  return consoleUrl(region, 'ecs/v2', ['clusters', cluster, 'tasks', taskId, 'configuration']);
}

/** An instance or a network interface in EC2. The console does not document its fragments. */
export function ec2ConsoleUrl(
  region: string,
  view: 'InstanceDetails:instanceId' | 'NetworkInterface:networkInterfaceId',
  id: string,
): string | undefined {
  const url = consoleUrl(region, 'ec2', ['home']);
  return url === undefined ? undefined : `${url}#${view}=${encodeURIComponent(id)}`;
}

/** A deployment in CodeDeploy. */
export function codeDeployConsoleUrl(region: string, deploymentId: string): string | undefined {
  return consoleUrl(region, 'codesuite/codedeploy', ['deployments', deploymentId]);
}

/** A log stream in CloudWatch Logs. */
export function logStreamConsoleUrl(region: string, logGroup: string, logStream: string): string | undefined {
  const group = logGroupConsoleUrl(region, logGroup);
  return group === undefined ? undefined : `${group}/log-events/${fragmentPart(logStream)}`;
}

/** A log group in CloudWatch Logs. */
export function logGroupConsoleUrl(region: string, logGroup: string): string | undefined {
  const url = consoleUrl(region, 'cloudwatch', ['home']);
  return url === undefined ? undefined : `${url}#logsV2:log-groups/log-group/${fragmentPart(logGroup)}`;
}

/** CloudWatch's console reads names in its fragment encoded twice, with dollar signs for the percent signs. */
function fragmentPart(name: string): string {
  return encodeURIComponent(encodeURIComponent(name)).replaceAll('%', '$');
}

function consoleUrl(region: string, app: string, path: readonly string[]): string | undefined {
  const origin = consoleOrigin(region);
  if (origin === undefined) return undefined;
  return `${origin}/${app}/${path.map(encodeURIComponent).join('/')}?region=${encodeURIComponent(region)}`;
}
