/** Addresses of the AWS console, version 2 of its ECS part. The host asks for the region and signs in by itself. */
const CONSOLE = 'https://console.aws.amazon.com/ecs/v2';

export function serviceConsoleUrl(region: string, cluster: string, service: string): string {
  return consoleUrl(region, ['clusters', cluster, 'services', service, 'health']);
}

export function taskConsoleUrl(region: string, cluster: string, taskId: string): string {
  return consoleUrl(region, ['clusters', cluster, 'tasks', taskId, 'configuration']);
}

function consoleUrl(region: string, path: readonly string[]): string {
  return `${CONSOLE}/${path.map(encodeURIComponent).join('/')}?region=${encodeURIComponent(region)}`;
}
