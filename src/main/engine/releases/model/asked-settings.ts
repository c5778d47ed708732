import type {
  Deployment,
  ExpressGatewayServiceConfiguration,
  Service,
  UpdateExpressGatewayServiceRequest,
  UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import { canonicalJson } from '../../ecs/canonical-json.ts';
import { comparableText } from '../../ecs/service-revision-content.ts';
import { formatValue, labelOf } from '../../revisions/diff/fields.ts';
import { type ServiceUpdate, serviceUpdate } from './service-settings.ts';
import type { UpdateAction } from './stored-plan.ts';

/** What a service says of some of its fields: by the name that UpdateService has for each. */
export type MembersNow = Readonly<Record<string, unknown>>;

/** ECS places tasks by these in turn, so that their order counts; all other lists are sets. */
const ORDERED: ReadonlySet<string> = new Set(['placementStrategy'] satisfies (keyof ServiceUpdate)[]);

/** The fields of a service that an action asks to be different, as the service has them now. */
export function membersToChange(service: Service, action: UpdateAction): MembersNow {
  const { forceNewDeployment: _force, ...update } = serviceUpdate(action);
  const members = [...Object.keys(update), ...(action.restore?.members ?? [])];
  return Object.fromEntries(members.map((member) => [member, memberOf(service, member) ?? null]));
}

/** What of these is not as it was, in words; undefined when all of it is. */
export function changedSince(service: Service, before: MembersNow): string | undefined {
  for (const [member, was] of Object.entries(before)) {
    const is = memberOf(service, member) ?? null;
    if (comparable(is, member) === comparable(was, member)) continue;
    const isPlain = [is, was].every((value) => value === null || typeof value !== 'object');
    return `the ${formatValue(member)} was changed${isPlain ? ` from ${labelOf(was ?? 'none')} to ${labelOf(is ?? 'none')}` : ''}`;
  }
  return undefined;
}

/**
 * Whether a service has everything that an update asked for. What ECS adds by itself does not count, nor does the
 * order of what is a set to ECS; nothing, an empty list and what is turned off are the same.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
 */
export function isAsAsked(service: Service, asked: UpdateServiceRequest): boolean {
  const {
    cluster: _in,
    service: _name,
    taskDefinition: _runs,
    forceNewDeployment: _force,
    ...members
  } = asked;
  return Object.entries(members).every(([member, value]) =>
    holds(memberOf(service, member), value, ORDERED.has(member)),
  );
}

/** The same for the configuration of an Express service. */
export function isConfigurationAsAsked(
  configuration: ExpressGatewayServiceConfiguration | undefined,
  { serviceArn: _service, ...asked }: UpdateExpressGatewayServiceRequest,
): boolean {
  return configuration !== undefined && holds(configuration, asked, false);
}

/** Some fields of an update, such as volumes, are the deployment's and not the service's. */
function memberOf(service: Service, member: string): unknown {
  const primary: Deployment | undefined = service.deployments?.find(({ status }) => status === 'PRIMARY');
  for (const holder of [service, primary]) {
    const value: unknown = holder === undefined ? undefined : Reflect.get(holder, member);
    if (value !== undefined) return value;
  }
  return undefined;
}

function holds(is: unknown, asked: unknown, inOrder: boolean): boolean {
  if (is === undefined || is === null) return isNothing(asked);
  // ECS answers which version the latest one is; what is undefined was not sent.
  if (asked === 'LATEST' || asked === undefined) return true;
  if (Array.isArray(asked)) return Array.isArray(is) && hasAll(is, asked, inOrder);
  if (typeof asked !== 'object' || asked === null) return is === asked;
  if (typeof is !== 'object') return false;
  return Object.entries(asked).every(([name, value]) => holds(Reflect.get(is, name), value, inOrder));
}

function hasAll(is: readonly unknown[], asked: readonly unknown[], inOrder: boolean): boolean {
  if (is.length !== asked.length) return false;
  if (inOrder) return asked.every((value, index) => holds(is[index], value, inOrder));
  const left = [...is];
  return asked.every((value) => {
    const found = left.findIndex((each) => holds(each, value, inOrder));
    if (found >= 0) left.splice(found, 1);
    return found >= 0;
  });
}

/** What ECS may leave out of its answers: what is off, 0 or empty. */
function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.values(value).every(isNothing);
}

/** Equal text for equal fields, whatever the order of their lists. */
function comparable(value: unknown, member: string): string {
  return ORDERED.has(member) ? canonicalJson(value) : comparableText(value);
}
