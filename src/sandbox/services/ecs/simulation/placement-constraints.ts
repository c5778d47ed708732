import type { Attribute, PlacementConstraint } from '@aws-sdk/client-ecs';
import { RE2JS, RE2JSException } from 're2js';
import { invalidParameter, unsupported } from './errors.ts';

/** `attribute:NAME OPERATOR VALUE`, where `exists` and `!exists` take no value. */
const TERM =
  /^attribute:([\w.\-/]+)\s+(?:(!?exists)|(==|equals|!=|not_equals|=~|matches|in|not_in|!in)\s+(\S.*))$/;

/** "The expression can have a maximum length of 2000 characters" (ECS API reference, PlacementConstraint). */
const LONGEST_EXPRESSION = 2000;

/** "You can specify a maximum of 10 constraints for each task"; a task definition may have as many (same reference). */
const MOST_CONSTRAINTS = 20;

/** In characters. What a pattern repeats makes its program longer than itself. */
const LONGEST_PATTERN = 256;
/** In instructions of RE2, each of which may be looked at for each character of an attribute. */
const LARGEST_PROGRAM = 2000;

type Term = (attributes: readonly Attribute[]) => boolean;

/**
 * Throws InvalidParameterException for more or longer constraints than ECS takes, and UnsupportedFeatureException for
 * one whose expression the sandbox cannot read.
 */
export function checkConstraints(constraints: readonly PlacementConstraint[]): void {
  if (constraints.length > MOST_CONSTRAINTS) {
    throw invalidParameter(`A task has at most ${MOST_CONSTRAINTS} placement constraints.`);
  }
  for (const constraint of constraints) {
    const { type, expression = '' } = constraint;
    if (expression.length > LONGEST_EXPRESSION) {
      throw invalidParameter(
        `The expression of a placement constraint has at most ${LONGEST_EXPRESSION} characters.`,
      );
    }
    if (type !== 'memberOf' || termsOf(constraint) !== undefined) continue;
    throw unsupported(
      `The sandbox cannot read the placement constraint "${expression}". It knows attributes compared with ==, !=, =~, in, not_in, exists and !exists, joined by "and"; a pattern after =~ is one of RE2 with at most ${LONGEST_PATTERN} characters.`,
    );
  }
}

/**
 * Whether an instance with these attributes is a member of what each `memberOf` constraint describes.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html
 */
export function isMember(
  constraints: readonly PlacementConstraint[],
  attributes: readonly Attribute[],
): boolean {
  return constraints.every(
    (constraint) =>
      constraint.type !== 'memberOf' || termsOf(constraint)?.every((term) => term(attributes)) === true,
  );
}

/** A constraint is looked at for each instance each time that a task is placed, and read once. */
const termsByConstraint = new WeakMap<PlacementConstraint, readonly Term[] | undefined>();

function termsOf(constraint: PlacementConstraint): readonly Term[] | undefined {
  if (!termsByConstraint.has(constraint)) {
    termsByConstraint.set(constraint, readTerms(constraint.expression ?? ''));
  }
  return termsByConstraint.get(constraint);
}

function readTerms(expression: string): readonly Term[] | undefined {
  const terms: Term[] = [];
  for (const part of expression.split(/\s+(?:and|&&)\s+/)) {
    const term = termOf(part.trim());
    if (term === undefined) return undefined;
    terms.push(term);
  }
  return terms;
}

function termOf(text: string): Term | undefined {
  const [, name, existence, operator, value = ''] = TERM.exec(text) ?? [];
  if (name === undefined) return undefined;
  const own = (attributes: readonly Attribute[]) => attributes.find((each) => each.name === name);
  if (existence !== undefined) {
    return (attributes) => (own(attributes) !== undefined) === (existence === 'exists');
  }
  const accepts = acceptedBy(operator ?? '', value);
  // An instance without the attribute has no value that could be equal.
  return accepts && ((attributes) => accepts(own(attributes)?.value));
}

function acceptedBy(operator: string, value: string): ((actual: string | undefined) => boolean) | undefined {
  switch (operator) {
    case '==':
    case 'equals':
      return (actual) => actual === value;
    case '!=':
    case 'not_equals':
      return (actual) => actual !== value;
    case '=~':
    case 'matches':
      return matching(value);
    default: {
      const listed = /^\[(.*)\]$/
        .exec(value)?.[1]
        ?.split(',')
        .map((each) => each.trim());
      if (listed === undefined) return undefined;
      return (actual) => (actual !== undefined && listed.includes(actual)) === (operator === 'in');
    }
  }
}

/**
 * ECS takes Java's regular expressions. Here they are those of RE2, which take linear time: no look-around and no back
 * references. Undefined: the pattern is none, or too large.
 */
function matching(pattern: string): ((actual: string | undefined) => boolean) | undefined {
  if (pattern.length > LONGEST_PATTERN) return undefined;
  const whole = compiled(pattern);
  if (whole === undefined || whole.programSize() > LARGEST_PROGRAM) return undefined;
  return (actual) => actual !== undefined && whole.testExact(actual);
}

function compiled(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    if (error instanceof RE2JSException) return undefined;
    throw error;
  }
}
