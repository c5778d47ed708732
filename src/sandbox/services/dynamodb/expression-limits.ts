import { type AwsError, awsError } from '../../aws-api/service.ts';

/**
 * "The maximum length of any expression string is 4 KB."
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters
 */
const LONGEST_BYTES = 4096;
/** dynalite reads each level about four times for the one around it: nine levels take it minutes. */
const MOST_LEVELS = 4;

const EXPRESSIONS = [
  'ConditionExpression',
  'FilterExpression',
  'KeyConditionExpression',
  'ProjectionExpression',
  'UpdateExpression',
] as const;

export type Expressions = Readonly<Partial<Record<(typeof EXPRESSIONS)[number], string | undefined>>>;

/** Fails for an expression that is longer than AWS takes, or has more parentheses inside of each other than dynalite can read. */
export function checkExpressions(input: Expressions): void {
  for (const name of EXPRESSIONS) {
    const expression = input[name];
    if (expression === undefined) continue;
    const bytes = Buffer.byteLength(expression);
    if (bytes > LONGEST_BYTES) {
      throw invalid(name, `Expression size has exceeded the maximum allowed size; expression size: ${bytes}`);
    }
    if (levelsOf(expression) > MOST_LEVELS) {
      throw invalid(
        name,
        `The sandbox reads at most ${MOST_LEVELS} parentheses inside of each other. Write the condition with fewer.`,
      );
    }
  }
}

function levelsOf(expression: string): number {
  let most = 0;
  let open = 0;
  for (const character of expression) {
    if (character === '(') open += 1;
    if (character === ')') open -= 1;
    most = Math.max(most, open);
  }
  return most;
}

function invalid(name: string, why: string): AwsError {
  return awsError('ValidationException', `Invalid ${name}: ${why}`);
}
