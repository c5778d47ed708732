import type { AwsError } from '../../aws-api/service.ts';
import { parseJson } from '../../core/json.ts';
import { malformedPolicy } from './iam-errors.ts';

/** A statement of a policy, with all that may be one or several as a list. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  /** By kinds, such as `Service`; anybody is `{ '*': ['*'] }`. Only in a trust policy. */
  readonly principals: Readonly<Record<string, readonly string[]>> | undefined;
  readonly actions: readonly string[] | undefined;
  readonly notActions: readonly string[] | undefined;
  readonly resources: readonly string[] | undefined;
  readonly notResources: readonly string[] | undefined;
  /** All of them have to hold. */
  readonly conditions: readonly Condition[];
}

/** For example `StringEquals`, `sts:ExternalId` and the ids that are accepted. */
export interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

export type PolicyDocument = readonly Statement[];

/**
 * Reads a policy of a role.
 *
 * @throws AwsError `MalformedPolicyDocument`.
 */
export function readPolicy(text: string): PolicyDocument {
  const policy = readDocument(text);
  for (const { principals, actions, notActions, resources, notResources } of policy) {
    if (principals !== undefined) throw malformedPolicy('Policy document should not specify a principal.');
    if (actions === undefined && notActions === undefined) {
      throw malformedPolicy('Policy statement must contain actions.');
    }
    if (resources === undefined && notResources === undefined) {
      throw malformedPolicy('Policy statement must contain resources.');
    }
  }
  return policy;
}

/**
 * Reads the policy that says who may assume a role.
 *
 * @throws AwsError `MalformedPolicyDocument`.
 */
export function readTrustPolicy(text: string): PolicyDocument {
  const policy = readDocument(text);
  for (const { principals, actions, resources } of policy) {
    if (principals === undefined) throw malformedPolicy('Missing required field Principal');
    if (resources !== undefined) throw malformedPolicy('Has prohibited field Resource');
    const isToAssume = actions?.every((action) => action.startsWith('sts:')) ?? false;
    if (!isToAssume) throw malformedPolicy('AssumeRole policy may only specify STS AssumeRole actions.');
  }
  return policy;
}

function readDocument(text: string): PolicyDocument {
  const statements = membersOf(parse(text)).get('Statement');
  if (statements === undefined) throw syntaxError();
  return (Array.isArray(statements) ? statements : [statements]).map(readStatement);
}

function parse(text: string): unknown {
  const json = parseJson(text);
  if (json === undefined) throw malformedPolicy('This policy contains invalid Json');
  return json;
}

function readStatement(value: unknown): Statement {
  const members = membersOf(value);
  const effect = members.get('Effect');
  if (effect !== 'Allow' && effect !== 'Deny') throw syntaxError();
  return {
    effect,
    principals: readPrincipals(members.get('Principal')),
    actions: readTexts(members.get('Action')),
    notActions: readTexts(members.get('NotAction')),
    resources: readTexts(members.get('Resource')),
    notResources: readTexts(members.get('NotResource')),
    conditions: readConditions(members.get('Condition')),
  };
}

/** A condition is an object of operators, each of them an object of keys with one value or several. */
function readConditions(value: unknown): readonly Condition[] {
  if (value === undefined) return [];
  return [...membersOf(value)].flatMap(([operator, keys]) =>
    [...membersOf(keys)].map(([key, values]) => ({ operator, key, values: readConditionValues(values) })),
  );
}

/** Numbers and booleans may be written without quotes. */
function readConditionValues(value: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.map((each) => {
    if (typeof each !== 'string' && typeof each !== 'number' && typeof each !== 'boolean')
      throw syntaxError();
    return String(each);
  });
}

function readPrincipals(value: unknown): Statement['principals'] {
  if (value === undefined) return undefined;
  if (value === '*') return { '*': ['*'] };
  const kinds = [...membersOf(value)].map(([kind, names]) => [kind, readTexts(names) ?? []] as const);
  return Object.fromEntries(kinds);
}

function readTexts(value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  return texts.map((text) => {
    if (typeof text !== 'string') throw syntaxError();
    return text;
  });
}

function membersOf(value: unknown): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw syntaxError();
  return new Map(Object.entries(value));
}

function syntaxError(): AwsError {
  return malformedPolicy('Syntax errors in policy.');
}
