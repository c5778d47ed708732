import { policyPattern } from '../../../shared/wildcard.ts';
import { matchesAction } from '../../aws-api/action-pattern.ts';
import type { Condition, PolicyDocument, Statement } from './policy-document.ts';

/** Who asks to assume a role: somebody with keys, or somebody whom an identity provider names. */
export type Asker =
  | { readonly kind: 'AWS'; readonly principalArn: string }
  | { readonly kind: 'Federated'; readonly providerArn: string };

/** What a request says of itself by the condition keys of AWS, in lower case; a key that is missing is not there. */
export type RequestKeys = ReadonlyMap<string, string>;

/**
 * Whether a trust policy lets somebody assume its role: a Deny counts before every Allow. What a condition of the sandbox's
 * cannot decide allows nothing and denies what it names.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function mayAssume(policy: PolicyDocument, action: string, asker: Asker, keys: RequestKeys): boolean {
  const applying = policy.filter(
    (statement) =>
      statement.actions?.some((each) => matchesAction(each, action)) === true && names(statement, asker),
  );
  const outcomes = applying.map((statement) => ({
    effect: statement.effect,
    holds: allHold(statement.conditions, keys),
  }));
  if (outcomes.some(({ effect, holds }) => effect === 'Deny' && holds !== false)) return false;
  return outcomes.some(({ effect, holds }) => effect === 'Allow' && holds === true);
}

/** Whether a trust policy names an identity provider at all: nobody else adds one to the sandbox's account. */
export function namesProvider(policy: PolicyDocument, providerArn: string): boolean {
  return policy.some(({ principals }) => principals?.Federated?.includes(providerArn) === true);
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
function names({ principals = {} }: Statement, asker: Asker): boolean {
  if (principals['*'] !== undefined) return true;
  if (asker.kind === 'Federated') return principals.Federated?.includes(asker.providerArn) === true;
  return (principals.AWS ?? []).some((named) => namesPrincipal(named, asker.principalArn));
}

const ASSUMED_ROLE =
  /^arn:(?<partition>[a-z-]+):sts::(?<account>\d{12}):assumed-role\/(?<role>[^/]+)\/[^/]+$/;
const ROLE = /^arn:(?<partition>[a-z-]+):iam::(?<account>\d{12}):role\/(?:[^/]+\/)*(?<role>[^/]+)$/;

/** No wildcards: a principal is one, a whole account, or anybody. A role stands for all of its sessions. */
function namesPrincipal(named: string, principalArn: string): boolean {
  if (named === '*' || named === principalArn) return true;
  const account = principalArn.split(':')[4];
  if (named === account || (named.endsWith(`:iam::${account}:root`) && named.startsWith('arn:'))) return true;
  const [session, role] = [ASSUMED_ROLE.exec(principalArn)?.groups, ROLE.exec(named)?.groups];
  return (
    session !== undefined &&
    role !== undefined &&
    session.partition === role.partition &&
    session.account === role.account &&
    session.role === role.role
  );
}

/** Undefined where one cannot be decided and none is false. */
function allHold(conditions: readonly Condition[], keys: RequestKeys): boolean | undefined {
  const outcomes = conditions.map((condition) => holds(condition, keys));
  if (outcomes.includes(false)) return false;
  return outcomes.includes(undefined) ? undefined : true;
}

type Compare = (actual: string, expected: string) => boolean;

const sameText: Compare = (actual, expected) => actual === expected;
const sameLetters: Compare = (actual, expected) => actual.toLowerCase() === expected.toLowerCase();
const likeText: Compare = (actual, expected) => policyPattern(expected).matches(actual);
/** Each of the six parts of an ARN is compared for itself. */
const likeArn: Compare = (actual, expected) => {
  const [given, wanted] = [partsOfArn(actual), partsOfArn(expected)];
  return (
    given.length === wanted.length &&
    wanted.every((part, index) => policyPattern(part).matches(given[index] ?? ''))
  );
};
const byNumber =
  (compare: (actual: number, expected: number) => boolean): Compare =>
  (actual, expected) =>
    compare(numberOf(actual), numberOf(expected));

/** No number compares with what is none, such as an empty text. */
function numberOf(text: string): number {
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const OPERATORS: ReadonlyMap<string, Compare> = new Map([
  ['StringEquals', sameText],
  ['StringEqualsIgnoreCase', sameLetters],
  ['StringLike', likeText],
  ['ArnEquals', likeArn],
  ['ArnLike', likeArn],
  ['Bool', sameLetters],
  ['NumericEquals', byNumber((actual, expected) => actual === expected)],
  ['NumericLessThan', byNumber((actual, expected) => actual < expected)],
  ['NumericLessThanEquals', byNumber((actual, expected) => actual <= expected)],
  ['NumericGreaterThan', byNumber((actual, expected) => actual > expected)],
  ['NumericGreaterThanEquals', byNumber((actual, expected) => actual >= expected)],
]);

/** Those that are met where no value matches, and also where the key is missing. */
const NEGATED: ReadonlyMap<string, Compare> = new Map([
  ['StringNotEquals', sameText],
  ['StringNotEqualsIgnoreCase', sameLetters],
  ['StringNotLike', likeText],
  ['ArnNotEquals', likeArn],
  ['ArnNotLike', likeArn],
  ['NumericNotEquals', byNumber((actual, expected) => actual === expected)],
]);

const IF_EXISTS = 'IfExists';

/** Undefined for an operator that the sandbox cannot decide, such as `IpAddress`. */
function holds({ operator, key, values }: Condition, keys: RequestKeys): boolean | undefined {
  const actual = keys.get(key.toLowerCase());
  if (operator === 'Null') return values.some((each) => sameLetters(each, String(actual === undefined)));
  const isOptional = operator.endsWith(IF_EXISTS);
  const name = isOptional ? operator.slice(0, -IF_EXISTS.length) : operator;
  const negated = NEGATED.get(name);
  const compare = negated ?? OPERATORS.get(name);
  if (compare === undefined) return undefined;
  if (actual === undefined) return isOptional || negated !== undefined;
  const isAmong = values.some((each) => compare(actual, each));
  return negated === undefined ? isAmong : !isAmong;
}

function partsOfArn(arn: string): readonly string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}
