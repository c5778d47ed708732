import { starPattern } from '../../../shared/wildcard.ts';

/** An ARN's account number; '' for none. */
export function accountOfArn(arn: string): string {
  return arn.split(':')[4] ?? '';
}

/** An ARN's region; '' for what has none. */
export function regionOfArn(arn: string): string {
  return arn.split(':')[3] ?? '';
}

/** The caller, as far as IAM can be asked about what they may do. */
export type Caller =
  | { readonly kind: 'user'; readonly arn: string }
  /** Of a role that was assumed STS tells the name and not the path. */
  | { readonly kind: 'role'; readonly name: string }
  /** The account itself: no policy of the account limits it. */
  | { readonly kind: 'root' }
  | { readonly kind: 'other' };

const USER = /^arn:[a-z-]+:iam::\d{12}:user\//;
const ROOT = /^arn:[a-z-]+:iam::\d{12}:root$/;
const ASSUMED_ROLE = /^arn:[a-z-]+:sts::\d{12}:assumed-role\/(?<name>[^/]+)\//;

/**
 * Reads what GetCallerIdentity answers.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
 */
export function callerOf(arn: string): Caller {
  if (USER.test(arn)) return { kind: 'user', arn };
  if (ROOT.test(arn)) return { kind: 'root' };
  const name = ASSUMED_ROLE.exec(arn)?.groups?.name;
  return name === undefined ? { kind: 'other' } : { kind: 'role', name };
}

/**
 * Whether the pattern of a rule is the identity of a caller, as STS tells it. The parts between slashes are compared one by
 * one, because the session of a role has a name that the caller chooses. STS tells no path of a role, so that the path
 * in the ARN of a role counts for nothing.
 */
export function isIdentity(pattern: string, callerArn: string): boolean {
  if (pattern === '*') return true;
  const wanted = withoutPath(pattern).split('/');
  return namesOfCaller(callerArn).some((name) => {
    const parts = name.split('/');
    return (
      parts.length === wanted.length && wanted.every((part, at) => starPattern(part).matches(parts[at] ?? ''))
    );
  });
}

/** What a rule may call a caller: the ARN of STS, that of the role, `role/NAME`, `role/NAME/SESSION` and the like. */
function namesOfCaller(arn: string): readonly string[] {
  const { partition = '', number = '', kind = '', rest = '' } = CALLER.exec(arn)?.groups ?? {};
  const [name = '', ...further] = rest.split('/');
  const iam = `arn:${partition}:iam::${number}`;
  switch (kind) {
    case 'user': {
      const user = rest.slice(rest.lastIndexOf('/') + 1);
      return [arn, `user/${rest}`, `user/${user}`];
    }
    case 'assumed-role': {
      const session = further.join('/');
      const set = PERMISSION_SET.exec(name)?.groups?.set;
      const sets = set === undefined ? [] : [`permission-set/${set}`, `permission-set/${set}/${session}`];
      return [arn, `${iam}:role/${name}`, `role/${name}`, `role/${name}/${session}`, ...sets];
    }
    case 'federated-user':
      return [arn, `federated-user/${rest}`];
    default:
      return [arn];
  }
}

const CALLER = /^arn:(?<partition>[a-z-]+):(?:iam|sts)::(?<number>\d{12}):(?<kind>[a-z-]+)\/(?<rest>.+)$/;
/** https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html */
const PERMISSION_SET = /^AWSReservedSSO_(?<set>.+)_[0-9a-f]{16}$/;

function withoutPath(pattern: string): string {
  const role = /^(?<before>arn:[^/]*:role\/)(?:[^/]+\/)+(?<name>[^/]+)$/.exec(pattern)?.groups;
  return role === undefined ? pattern : `${role.before ?? ''}${role.name ?? ''}`;
}

/** Names of sessions that programs choose by themselves, another one each time: they tell no person from another. */
const OF_A_PROGRAM =
  /^(?:slipway-\d+|botocore-session-\d+|aws-sdk-js-.*|aws-go-sdk-\d+|AWSCLI-Session|AssumeRoleSession|GitHubActions|i-[0-9a-f]+|\d+)$/;

/**
 * Whether two callers count as one person. Two sessions of a role are two persons if their names differ, and neither is
 * a name that a program chose.
 */
export function isSamePerson(one: string, other: string): boolean {
  if (one === other) return true;
  const [first, second] = [ASSUMED_ROLE.exec(one), ASSUMED_ROLE.exec(other)];
  if (first === null || second === null || first[0] !== second[0]) return false;
  return [one, other].some((arn) => OF_A_PROGRAM.test(arn.slice(arn.lastIndexOf('/') + 1)));
}
