/** Addresses of the AWS console. The host asks for the region and signs in by itself. */
const CONSOLE = 'https://console.aws.amazon.com';

export function serviceConsoleUrl(region: string, cluster: string, service: string): string {
  return consoleUrl(region, ['clusters', cluster, 'services', service, 'health']);
}

export function taskConsoleUrl(region: string, cluster: string, taskId: string): string {
  return consoleUrl(region, ['clusters', cluster, 'tasks', taskId, 'configuration']);
}

/** A log stream in CloudWatch Logs. */
export function logStreamConsoleUrl(region: string, logGroup: string, logStream: string): string {
  const place = `#logsV2:log-groups/log-group/${fragmentPart(logGroup)}/log-events/${fragmentPart(logStream)}`;
  return `${CONSOLE}/cloudwatch/home?region=${encodeURIComponent(region)}${place}`;
}

/** CloudWatch's console reads names in its fragment encoded twice, with dollar signs for the percent signs. */
function fragmentPart(name: string): string {
  return encodeURIComponent(encodeURIComponent(name)).replaceAll('%', '$');
}

function consoleUrl(region: string, path: readonly string[]): string {
  return `${CONSOLE}/ecs/v2/${path.map(encodeURIComponent).join('/')}?region=${encodeURIComponent(region)}`;
}
