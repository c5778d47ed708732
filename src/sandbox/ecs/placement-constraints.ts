import type { Attribute, PlacementConstraint } from '@aws-sdk/client-ecs';
import { unsupported } from './errors.ts';

/** `attribute:NAME OPERATOR VALUE`, where `exists` and `!exists` take no value. */
const TERM =
  /^attribute:([\w.\-/]+)\s+(?:(!?exists)|(==|equals|!=|not_equals|=~|matches|in|not_in|!in)\s+(\S.*))$/;

type Term = (attributes: readonly Attribute[]) => boolean;

/** Throws UnsupportedFeatureException for a constraint whose expression the sandbox cannot read. */
export function checkConstraints(constraints: readonly PlacementConstraint[]): void {
  for (const { type, expression = '' } of constraints) {
    if (type !== 'memberOf' || termsOf(expression) !== undefined) continue;
    throw unsupported(
      `The sandbox cannot read the placement constraint "${expression}". It knows attributes compared with ==, !=, =~, in, not_in, exists and !exists, joined by "and".`,
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
    ({ type, expression = '' }) =>
      type !== 'memberOf' || termsOf(expression)?.every((term) => term(attributes)) === true,
  );
}

function termsOf(expression: string): readonly Term[] | undefined {
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

function matching(pattern: string): ((actual: string | undefined) => boolean) | undefined {
  try {
    const whole = new RegExp(`^(?:${pattern})$`);
    return (actual) => actual !== undefined && whole.test(actual);
  } catch {
    return undefined;
  }
}
