import { partitionOf } from '../../../core/partition.ts';

/** Where the simulated ECS lives: the fixed part of its ARNs. */
export interface Home {
  readonly accountId: string;
  readonly region: string;
}

function arn({ accountId, region }: Home, resource: string): string {
  return `arn:${partitionOf(region)}:ecs:${region}:${accountId}:${resource}`;
}

export const clusterArn = (home: Home, name: string): string => arn(home, `cluster/${name}`);

export const taskDefinitionArn = (home: Home, family: string, revision: number): string =>
  arn(home, `task-definition/${family}:${revision}`);

export const serviceArn = (home: Home, cluster: string, service: string): string =>
  arn(home, `service/${cluster}/${service}`);

export const serviceDeploymentArn = (service: string, id: string): string =>
  `${service.replace(':service/', ':service-deployment/')}/${id}`;

export const serviceRevisionArn = (service: string, id: string): string =>
  `${service.replace(':service/', ':service-revision/')}/${id}`;

export const taskArn = (home: Home, cluster: string, id: string): string =>
  arn(home, `task/${cluster}/${id}`);

export const taskSetArn = (service: string, id: string): string =>
  `${service.replace(':service/', ':task-set/')}/${id}`;

export const containerInstanceArn = (home: Home, cluster: string, id: string): string =>
  arn(home, `container-instance/${cluster}/${id}`);

export const capacityProviderArn = (home: Home, name: string): string =>
  arn(home, `capacity-provider/${name}`);

export const daemonTaskDefinitionArn = (home: Home, family: string, revision: number): string =>
  arn(home, `daemon-task-definition/${family}:${revision}`);

export const daemonArn = (home: Home, cluster: string, daemon: string): string =>
  arn(home, `daemon/${cluster}/${daemon}`);

/** Of a daemon's own: `daemon-revision` or `daemon-deployment`. */
export const partOfDaemonArn = (
  daemon: string,
  kind: 'daemon-revision' | 'daemon-deployment',
  id: string,
): string => `${daemon.replace(':daemon/', `:${kind}/`)}/${id}`;

/** Of a load balancer's parts, which ECS creates for an Express service. */
export const loadBalancingArn = ({ accountId, region }: Home, resource: string): string =>
  `arn:${partitionOf(region)}:elasticloadbalancing:${region}:${accountId}:${resource}`;

/** Whether a text is a name, or an ARN of this account and region. */
export function isOfHome(home: Home, nameOrArn: string): boolean {
  return !nameOrArn.startsWith('arn:') || nameOrArn.startsWith(arn(home, ''));
}

/** The cluster in the ARN of a service, task or container instance. Undefined for a name and for an ARN of the short form. */
export function clusterOfArn(arnOrName: string): string | undefined {
  return /^arn:[^:/]*:ecs:[^:/]*:[^:/]*:[a-z-]+\/([^/]+)\/./.exec(arnOrName)?.[1];
}

/** What stands after the last slash: the name or id that people see. */
export function lastPart(arnOrName: string): string {
  return arnOrName.slice(arnOrName.lastIndexOf('/') + 1);
}

/** `family:revision`, `family` or an ARN of either, taken apart. Undefined when it is none of them. */
export function parseTaskDefinitionName(
  text: string,
): { readonly family: string; readonly revision: number | undefined } | undefined {
  const match =
    /^(?:arn:[^:]+:ecs:[^:]*:[^:]*:task-definition\/)?([A-Za-z0-9_-]{1,255})(?::(\d{1,9}))?$/.exec(text);
  const family = match?.[1];
  if (family === undefined) return undefined;
  return { family, revision: match?.[2] === undefined ? undefined : Number(match[2]) };
}
