import type { PlacementConstraint } from '@aws-sdk/client-ecs';
import { RE2JS, RE2JSException } from 're2js';
import {
  type ClusterQuery,
  type ClusterQueryOperator,
  readClusterQuery,
} from '../../../../shared/model/cluster-query.ts';
import type { AwsError } from '../../../aws-api/service.ts';
import { clientError, invalidParameter, unsupported } from './errors.ts';

/** "The expression can have a maximum length of 2000 characters" (ECS API reference, PlacementConstraint). */
const LONGEST_EXPRESSION = 2000;

/**
 * "You can specify a maximum of 10 constraints for each task. This limit includes constraints in the task definition and
 * those specified at runtime." (API reference, CreateService and RunTask)
 */
const MOST_CONSTRAINTS = 10;

/** In characters. What a pattern repeats makes its program longer than itself. */
const LONGEST_PATTERN = 256;
/** In instructions of RE2, each of which may be looked at for each character of a value. */
const LARGEST_PROGRAM = 2000;

/**
 * The values of a subject of the cluster query language, such as `attribute:stack`; empty where the instance has none. An
 * attribute without a value has an empty one, and an instance has a task group for each of its tasks.
 */
export type InstanceFacts = (subject: string) => readonly string[];

type Test = (facts: InstanceFacts) => boolean;

/**
 * Throws for the placement constraints of a task that ECS does not take: InvalidParameterException, and
 * UnsupportedFeatureException for a pattern that the sandbox does not match.
 */
export function checkConstraints(constraints: readonly PlacementConstraint[]): void {
  if (constraints.length > MOST_CONSTRAINTS) {
    throw invalidParameter(`A task has at most ${MOST_CONSTRAINTS} placement constraints.`);
  }
  for (const constraint of constraints) checkConstraint(constraint, invalidParameter);
}

/** Throws ClientException for a placement constraint that a task definition cannot have. Its model knows the types. */
export function checkDefinedConstraint(constraint: PlacementConstraint): void {
  checkConstraint(constraint, clientError);
}

function checkConstraint(constraint: PlacementConstraint, refuse: (message: string) => AwsError): void {
  const { type, expression } = constraint;
  if (type !== 'memberOf') {
    // In the words that https://github.com/hashicorp/terraform/issues/11471 quotes.
    if (expression !== undefined) throw refuse(`${type} expression should not be specified.`);
    return;
  }
  if (expression === undefined || expression.trim() === '') {
    throw refuse('memberOf expression should not be null or empty.');
  }
  if (expression.length > LONGEST_EXPRESSION) {
    throw refuse(`The expression of a placement constraint has at most ${LONGEST_EXPRESSION} characters.`);
  }
  checkExpression(expression, refuse);
}

/** Throws for an expression that is none, or that has a pattern which the sandbox does not match. */
export function checkExpression(expression: string, refuse: (message: string) => AwsError): void {
  const test = testOf(expression);
  if (typeof test === 'function') return;
  if ('problem' in test) throw refuse(`Invalid cluster query '${expression}': ${test.problem}.`);
  throw unsupported(
    `The sandbox cannot match "${test.pattern}": its patterns are those of RE2, with at most ${LONGEST_PATTERN} characters.`,
  );
}

/** Whether an instance with these facts is a member of what each `memberOf` constraint describes. */
export function isMember(constraints: readonly PlacementConstraint[], facts: InstanceFacts): boolean {
  return constraints.every(
    ({ type, expression = '' }) => type !== 'memberOf' || isSelected(expression, facts),
  );
}

/** Whether an expression selects an instance. One that is none selects nothing. */
export function isSelected(expression: string, facts: InstanceFacts): boolean {
  const test = testOf(expression);
  return typeof test === 'function' && test(facts);
}

type NoTest = { readonly problem: string } | { readonly pattern: string };

const MOST_TESTS_KEPT = 500;
/** An expression is looked at for each instance each time that a task is placed, and read once. */
const tests = new Map<string, Test | NoTest>();

function testOf(expression: string): Test | NoTest {
  const kept = tests.get(expression);
  if (kept !== undefined) return kept;
  const read = readClusterQuery(expression);
  const test = 'problem' in read ? read : compile(read.query);
  if (tests.size >= MOST_TESTS_KEPT) tests.clear();
  tests.set(expression, test);
  return test;
}

function compile(query: ClusterQuery): Test | NoTest {
  switch (query.kind) {
    case 'term':
      return compileTerm(query);
    case 'not': {
      const test = compile(query.part);
      return typeof test === 'function' ? (facts) => !test(facts) : test;
    }
    case 'and':
    case 'or': {
      const parts: Test[] = [];
      for (const part of query.parts) {
        const test = compile(part);
        if (typeof test !== 'function') return test;
        parts.push(test);
      }
      return query.kind === 'and'
        ? (facts) => parts.every((test) => test(facts))
        : (facts) => parts.some((test) => test(facts));
    }
  }
}

function compileTerm({
  subject,
  operator,
  values,
}: Extract<ClusterQuery, { readonly kind: 'term' }>): Test | NoTest {
  const [value = ''] = values;
  const accepts = acceptedBy(operator, value, values);
  if (accepts === undefined) return { pattern: value };
  const { kind, isNegated } = operator;
  // `<=` is not `>`, and needs a value; an instance without the attribute has none that could be equal.
  return kind === 'less_than' || kind === 'greater_than'
    ? (facts) => facts(subject).some((actual) => accepts(actual) !== isNegated)
    : (facts) => facts(subject).some(accepts) !== isNegated;
}

function acceptedBy(
  { kind }: ClusterQueryOperator,
  value: string,
  values: readonly string[],
): ((actual: string) => boolean) | undefined {
  switch (kind) {
    case 'exists':
      return () => true;
    case 'equals':
      return (actual) => actual === value || (areDates(actual, value) && compare(actual, value) === 0);
    case 'less_than':
      return (actual) => compare(actual, value) < 0;
    case 'greater_than':
      return (actual) => compare(actual, value) > 0;
    case 'in':
      return (actual) => values.includes(actual);
    case 'matches':
      return matching(value);
  }
}

/** Versions and numbers by their numbers, dates by their times, and everything else as text. */
function compare(one: string, other: string): number {
  return areDates(one, other)
    ? timeOf(one) - timeOf(other)
    : one.localeCompare(other, 'en', { numeric: true });
}

const DATE = /^\d{4}-\d{2}-\d{2}(?:T|$)/;

function areDates(...texts: readonly string[]): boolean {
  return texts.every((text) => DATE.test(text));
}

/** A time without a zone is in UTC. */
function timeOf(date: string): number {
  const hasZone = /(?:Z|[+-]\d{2}:\d{2})$/.test(date) || !date.includes('T');
  return Date.parse(hasZone ? date : `${date}Z`);
}

/**
 * ECS takes Java's regular expressions. Here they are those of RE2, which take linear time: no look-around and no back
 * references. Undefined: the pattern is none, or too large.
 */
function matching(pattern: string): ((actual: string) => boolean) | undefined {
  if (pattern.length > LONGEST_PATTERN) return undefined;
  const whole = compiled(pattern);
  if (whole === undefined || whole.programSize() > LARGEST_PROGRAM) return undefined;
  return (actual) => whole.testExact(actual);
}

function compiled(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    if (error instanceof RE2JSException) return undefined;
    throw error;
  }
}
