import {
  type RegisterTaskDefinitionRequest,
  type Service,
  type ServiceRevision,
  ServiceRevision$,
  type UpdateServiceRequest,
  UpdateServiceRequest$,
} from '@aws-sdk/client-ecs';
import type { Check } from '../../../../shared/model/plan.ts';
import type { Difference } from '../../../../shared/model/revision.ts';
import { about, warn } from '../../ecs/check.ts';
import type { NewerSetting } from '../../ecs/newer-settings.ts';
import { membersOf, type RestorableMember } from '../../ecs/service-revision-content.ts';
import { diffServices } from '../../revisions/diff/diff.ts';
import { formatValue } from '../../revisions/diff/fields.ts';

export type RestoredMembers = Pick<UpdateServiceRequest, RestorableMember>;

/** What an update has to send so that the service is again as an earlier service revision says. */
export interface ServiceRestoration {
  /** The fields that differ, by name: empty when the service is as it was then. */
  readonly members: readonly string[];
  readonly update: RestoredMembers;
  readonly differences: readonly Difference[];
  /** What differs as well and cannot be sent. */
  readonly checks: readonly Check[];
}

const updateMembers = membersOf(UpdateServiceRequest$);

/** What an update takes of a service revision, and what to do about the rest. */
interface Taken {
  readonly members: ReadonlySet<string>;
  readonly advice: string;
}

export const BY_UPDATE_SERVICE: Taken = {
  members: new Set(updateMembers.keys()),
  advice: "UpdateService can't change it. To restore it, create a new service.",
};

/** Of the network, the subnets and security groups. */
export const BY_UPDATE_EXPRESS: Taken = {
  members: new Set(['networkConfiguration']),
  advice: 'ECS manages it for Express services.',
};

/** Names of the service revision itself, and what ECS works out again for each one. */
const OWN_TO_A_REVISION: ReadonlySet<string> = new Set([
  'serviceRevisionArn',
  'serviceArn',
  'clusterArn',
  'createdAt',
  'taskDefinition',
  'containerImages',
  'platformFamily',
  'resolvedConfiguration',
  // Of an Express service. Its scaling and health check path are compared by themselves.
  'ecsManagedResources',
] satisfies (keyof ServiceRevision)[]);

/**
 * What starts a deployment by itself when it changes. Anything else of a service revision is sent with
 * `forceNewDeployment`: ECS refuses a changed capacity provider strategy without it, and documents no deployment for the
 * rest. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
 */
const STARTS_A_DEPLOYMENT: ReadonlySet<string> = new Set([
  'platformVersion',
  'loadBalancers',
  'serviceRegistries',
  'networkConfiguration',
  'serviceConnectConfiguration',
  'volumeConfigurations',
  'vpcLatticeConfigurations',
] satisfies RestorableMember[]);

/** Compares two service revisions besides their task definitions. A number of tasks belongs to neither. */
export function serviceRestoration(
  now: ServiceRevision,
  earlier: ServiceRevision,
  takes: Taken = BY_UPDATE_SERVICE,
): ServiceRestoration {
  const members: string[] = [];
  const differences: Difference[] = [];
  const checks: Check[] = [];
  for (const member of membersOf(ServiceRevision$).keys()) {
    if (OWN_TO_A_REVISION.has(member)) continue;
    const differing = diffServices(only(now, member), only(earlier, member)).differences;
    if (differing.length === 0) continue;
    if (member === 'launchType' && followsStrategy(now, earlier)) {
      differences.push(...differing);
    } else if (!takes.members.has(member)) {
      checks.push(notTaken(member, takes));
    } else if (Object.keys(restoredMembers(earlier, [member])).length === 0) {
      checks.push(notTakenAway(member));
    } else {
      members.push(member);
      differences.push(...differing);
    }
  }
  return { members, update: restoredMembers(earlier, members), differences, checks };
}

/** A service revision, and what ECS said of it that this version has no name for. */
export interface WholeRevision {
  readonly revision: ServiceRevision;
  readonly newer: readonly NewerSetting[];
}

/**
 * What AWS has added since this version was made: the SDK cannot send it. It is lost in a field that is sent, and keeps
 * its current value everywhere else.
 */
export function newerSettingsNotRestored(
  { newer: now }: WholeRevision,
  { newer: then }: WholeRevision,
  members: readonly string[],
): readonly Check[] {
  const paths = [...new Set([...now, ...then].map(({ path }) => path))];
  const isSent = (path: string): boolean => members.includes(topOf(path));
  const heldBy = (settings: readonly NewerSetting[], path: string): string | undefined =>
    settings.find((each) => each.path === path)?.value;
  const lost = paths.filter(isSent);
  const kept = paths.filter(
    (path) =>
      !isSent(path) && !OWN_TO_A_REVISION.has(topOf(path)) && heldBy(now, path) !== heldBy(then, path),
  );
  const check = (message: string): Check => warn('newer-settings', message, NEWER_ADVICE);
  return [
    ...(lost.length === 0 ? [] : [check(`The rollback would lose ${lost.join(', ')}`)]),
    ...kept.map((path) => check(`The ${path} was different then and keeps its current value`)),
  ];
}

const NEWER_ADVICE =
  'AWS has added it since this version of Slipway was made. Update Slipway, or restore it with a current AWS CLI.';

function topOf(path: string): string {
  return path.split('.')[0] ?? '';
}

/** Whether these fields, taken back, have to be sent with `forceNewDeployment`. */
export function needsForce(members: readonly string[]): boolean {
  return members.some((member) => !STARTS_A_DEPLOYMENT.has(member));
}

/** A launch type goes away with a capacity provider strategy, and comes back with an empty one. */
function followsStrategy(now: ServiceRevision, { capacityProviderStrategy = [] }: ServiceRevision): boolean {
  return capacityProviderStrategy.length > 0 || now.launchType === undefined;
}

/**
 * These fields of a service revision as UpdateService takes them: an empty list, or Service Connect turned off, where
 * it has none. What cannot be taken away is left out.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
 */
export function restoredMembers(earlier: ServiceRevision, members: readonly string[]): RestoredMembers {
  const values = new Map<string, unknown>(Object.entries(earlier));
  const restored = members.map((member) => [member, values.get(member) ?? nothingFor(member)] as const);
  return Object.fromEntries(restored.filter(([, value]) => value !== undefined));
}

/** One field of a service revision. Service Connect that is off says the same as none. */
function only(revision: ServiceRevision, member: string): ServiceRevision {
  const isOff = revision.serviceConnectConfiguration?.enabled === false;
  if (member === 'serviceConnectConfiguration' && isOff) return {};
  return Object.fromEntries(Object.entries(revision).filter(([name]) => name === member));
}

function nothingFor(member: string): unknown {
  if (member === 'serviceConnectConfiguration') return { enabled: false };
  return updateMembers.get(member)?.isListSchema() === true ? [] : undefined;
}

function notTaken(member: string, { advice }: Taken): Check {
  return about(
    formatValue(member),
    warn(
      'service-revision',
      `The ${formatValue(member)} was different then and keeps its current value`,
      advice,
    ),
  );
}

function notTakenAway(member: string): Check {
  return about(
    formatValue(member),
    warn(
      'service-revision',
      `The service had no ${formatValue(member)} then; the current one is kept`,
      'UpdateService can change it, but not remove it.',
    ),
  );
}

/**
 * The service once the settings are restored. An empty strategy returns it to its launch type, which DescribeServices
 * does not name while there is a strategy: what its tasks are made for says it.
 */
export function withRestored<Restored extends Service>(
  service: Restored,
  restored: RestoredMembers | undefined,
  { requiresCompatibilities = [] }: Pick<RegisterTaskDefinitionRequest, 'requiresCompatibilities'>,
): Restored {
  const after = { ...service, ...restored };
  const returnsToLaunchType = restored?.capacityProviderStrategy?.length === 0;
  if (!returnsToLaunchType || after.launchType !== undefined) return after;
  return requiresCompatibilities.includes('FARGATE') ? { ...after, launchType: 'FARGATE' } : after;
}
