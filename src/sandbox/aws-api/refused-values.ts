import { type AwsError, awsError } from './service.ts';
import type { Violation } from './value-rules.ts';

/** The error of each service for values that its model does not allow; the others have a `ValidationException`. */
const ERRORS: Readonly<Record<string, string>> = {
  'com.amazonaws.cloudwatch': 'ValidationError',
  'com.amazonaws.cloudwatchlogs': 'InvalidParameterException',
  'com.amazonaws.ecr': 'InvalidParameterException',
  'com.amazonaws.ecs': 'InvalidParameterException',
  'com.amazonaws.elasticloadbalancingv2': 'ValidationError',
  'com.amazonaws.iam': 'ValidationError',
  'com.amazonaws.sso': 'InvalidRequestException',
  'com.amazonaws.ssooidc': 'InvalidRequestException',
  'com.amazonaws.sts': 'ValidationError',
};

/** Requests of ECS for which it has a `ClientException` instead. */
const CLIENT_EXCEPTIONS: ReadonlySet<string> = new Set(['RegisterTaskDefinitionRequest']);

/** More of them are not told one by one. */
const MOST_TOLD = 10;

/** What a service answers to a request without a required member. */
export function missingValue(
  namespace: string,
  structure: string,
  path: readonly (string | number)[],
): AwsError {
  if (namespace === 'com.amazonaws.ecr') {
    const message = `Invalid parameter at '${memberPath(path)}' failed to satisfy constraint: 'must not be null'`;
    return awsError('InvalidParameterException', message);
  }
  const message = `1 validation error detected: Value null at '${memberPath(path)}' failed to satisfy constraint: Member must not be null`;
  return awsError(errorOf(namespace, structure), message);
}

function errorOf(namespace: string, structure: string): string {
  if (CLIENT_EXCEPTIONS.has(structure)) return 'ClientException';
  return ERRORS[namespace] ?? 'ValidationException';
}

/** What a service answers to a request with values that its model does not allow, with the message of AWS. */
export function refusedValues(
  namespace: string,
  structure: string,
  violations: readonly Violation[],
): AwsError {
  const notWhole = violations.find(({ broken }) => broken === 'integer');
  if (notWhole !== undefined) {
    const message = `The member '${notWhole.path.join('.')}' must be of type Integer, but ${textOf(notWhole.value)} was found.`;
    return awsError('SerializationException', message);
  }
  const [first] = violations;
  if (namespace === 'com.amazonaws.ecr' && first !== undefined) {
    const constraint = constraintOf(first, 'must satisfy regular expression');
    return awsError(
      'InvalidParameterException',
      `Invalid parameter at '${memberPath(first.path)}' failed to satisfy constraint: '${constraint}'`,
    );
  }
  const sentences = violations
    .slice(0, MOST_TOLD)
    .map(
      (each) =>
        `Value '${textOf(each.value)}' at '${memberPath(each.path)}' failed to satisfy constraint: ${constraintOf(each, 'Member must satisfy regular expression pattern:')}`,
    );
  const errors = violations.length === 1 ? 'error' : 'errors';
  return awsError(
    errorOf(namespace, structure),
    `${violations.length} validation ${errors} detected: ${sentences.join('; ')}`,
  );
}

function constraintOf({ rule, broken, measure }: Violation, patternWords: string): string {
  switch (broken) {
    case 'integer':
      return 'Member must be a whole number';
    case 'enum':
      return `Member must satisfy enum value set: [${rule.enum?.join(', ') ?? ''}]`;
    case 'min':
      return `Member must have ${measure} greater than or equal to ${rule.min}`;
    case 'max':
      return `Member must have ${measure} less than or equal to ${rule.max}`;
    case 'pattern': {
      const pattern = rule.pattern ?? '';
      return patternWords.endsWith(':') ? `${patternWords} ${pattern}` : `${patternWords} '${pattern}'`;
    }
  }
}

/** As AWS writes it, with items from 1 and members in small letters: `containerDefinitions.1.member.name`, `stateValue`. */
function memberPath(path: readonly (string | number)[]): string {
  return path
    .map((step) =>
      typeof step === 'number' ? `${step + 1}.member` : step.charAt(0).toLowerCase() + step.slice(1),
    )
    .join('.');
}

const LONGEST_VALUE = 200;

function textOf(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}...` : text;
}
