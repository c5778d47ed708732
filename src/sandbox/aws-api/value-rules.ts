import { RE2JS, RE2JSException } from 're2js';
import read from './value-rules.json' with { type: 'json' };

/** What AWS's model says of a value: an enum, a length or a range, a pattern, and the same of what is in it. */
export interface ValueRule {
  readonly enum?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  /** The bits of a whole number; other numbers have none. */
  readonly integer?: number;
  readonly item?: ValueRule;
  readonly key?: ValueRule;
  readonly value?: ValueRule;
}

/** A value that its rule does not allow. */
export interface Violation {
  /** The members on the way to it, and the numbers of items from 0. */
  readonly path: readonly (string | number)[];
  readonly value: unknown;
  readonly rule: ValueRule;
  /** Which part of the rule. */
  readonly broken: 'integer' | 'enum' | 'min' | 'max' | 'pattern';
  /** What the least and the most are of. */
  readonly measure: 'length' | 'value';
}

type Structures = Readonly<Record<string, Readonly<Record<string, ValueRule>>>>;

/**
 * By the services as the SDK's schemas name them, then by structure and member. `scripts/read-aws-models.ts` writes the
 * file; its first line names the version of the models.
 */
const RULES: Readonly<Record<string, Structures>> = {
  'com.amazonaws.applicationautoscaling': read.structures['application-auto-scaling'],
  'com.amazonaws.cloudformation': read.structures.cloudformation,
  'com.amazonaws.cloudwatch': read.structures.cloudwatch,
  'com.amazonaws.codedeploy': read.structures.codedeploy,
  'com.amazonaws.dynamodb': read.structures.dynamodb,
  'com.amazonaws.ecr': read.structures.ecr,
  'com.amazonaws.ecs': read.structures.ecs,
  'com.amazonaws.elasticloadbalancingv2': read.structures['elastic-load-balancing-v2'],
  'com.amazonaws.eventbridge': read.structures.eventbridge,
  'com.amazonaws.iam': read.structures.iam,
  'com.amazonaws.kms': read.structures.kms,
  'com.amazonaws.cloudwatchlogs': read.structures['cloudwatch-logs'],
  'com.amazonaws.ssm': read.structures.ssm,
  'com.amazonaws.sso': read.structures.sso,
  'com.amazonaws.ssooidc': read.structures['sso-oidc'],
  'com.amazonaws.signin': read.structures.signin,
  'com.amazonaws.sts': read.structures.sts,
  'com.amazonaws.scheduler': read.structures.scheduler,
  'com.amazonaws.secretsmanager': read.structures['secrets-manager'],
  'com.amazonaws.sfn': read.structures.sfn,
};

/** The rules of the members of a structure, such as `ListServicesRequest` of `com.amazonaws.ecs`; none where there are none. */
export function rulesOf(namespace: string, structure: string): Readonly<Record<string, ValueRule>> {
  return RULES[namespace]?.[structure] ?? {};
}

/** Everything about a value, and about what it holds, that a rule does not allow. Structures in it have their own rules. */
export function violationsOf(
  value: unknown,
  rule: ValueRule,
  path: readonly (string | number)[],
): readonly Violation[] {
  const broken = brokenPart(value, rule);
  const measure = typeof value === 'number' ? 'value' : 'length';
  return [
    ...(broken === undefined ? [] : [{ path, value, rule, broken, measure } as const]),
    ...violationsWithin(value, rule, path),
  ];
}

function violationsWithin(
  value: unknown,
  { item, key, value: held }: ValueRule,
  path: readonly (string | number)[],
): readonly Violation[] {
  if (Array.isArray(value)) {
    if (item === undefined) return [];
    return value.flatMap((each, index) => violationsOf(each, item, [...path, index]));
  }
  if ((key === undefined && held === undefined) || typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => [
    ...(key === undefined ? [] : violationsOf(name, key, [...path, name])),
    ...(held === undefined ? [] : violationsOf(each, held, [...path, name])),
  ]);
}

function brokenPart(value: unknown, rule: ValueRule): Violation['broken'] | undefined {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, pattern } = rule;
  if (rule.integer !== undefined && typeof value === 'number' && !isInteger(value, rule.integer)) {
    return 'integer';
  }
  if (rule.enum !== undefined && typeof value === 'string' && !rule.enum.includes(value)) return 'enum';
  const size = sizeOf(value);
  if (size === undefined) return undefined;
  if (size < min) return 'min';
  if (size > max) return 'max';
  return pattern !== undefined && typeof value === 'string' && !matches(pattern, value)
    ? 'pattern'
    : undefined;
}

function isInteger(value: number, bits: number): boolean {
  return Number.isInteger(value) && value >= -(2 ** (bits - 1)) && value < 2 ** (bits - 1);
}

/** A number itself, the length of a text in characters, of a blob in bytes, of a list or a map in items. */
function sizeOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return Array.from(value).length;
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length;
  if (typeof value !== 'object' || value === null || value instanceof Date) return undefined;
  return Object.keys(value).length;
}

type Matcher = (text: string) => boolean;

const matchers = new Map<string, Matcher>();

/** AWS's patterns are those of Java, and hold for the whole text. */
function matches(pattern: string, text: string): boolean {
  const matcher = matchers.get(pattern) ?? matcherOf(pattern);
  matchers.set(pattern, matcher);
  return matcher(text);
}

/** Patterns are matched in linear time; those that look around, which RE2 does not have, are simple ones. */
function matcherOf(pattern: string): Matcher {
  const inRe2 = pattern
    .replaceAll(/\\u([0-9A-Fa-f]{4})/g, '\\x{$1}')
    .replaceAll('\\p{ASCII}', '[\\x00-\\x7F]')
    .replaceAll('\\p{Graph}', '[\\x21-\\x7E]')
    .replaceAll('\\p{Print}', '[\\x20-\\x7E]');
  try {
    const compiled = RE2JS.compile(inRe2);
    return (text) => compiled.matches(text);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    const native = new RegExp(`^(?:${pattern})$`, 'u');
    return (text) => native.test(text);
  }
}
