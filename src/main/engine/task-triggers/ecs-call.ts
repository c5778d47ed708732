/** What a call of ECS by somebody else runs, as far as it stands in its parameters. */
export type CalledTaskDefinition =
  | { readonly kind: 'named'; readonly taskDefinition: string }
  /** It is made together with the call, because its revisions are unknown before. */
  | { readonly kind: 'computed' }
  | { readonly kind: 'none' };

/** Calls that run a task definition and cannot be made without one. */
const RUNS = new Set(['runtask', 'starttask']);
/** Calls that may change what runs. */
const MAY_RUN = new Set(['createservice', 'updateservice', 'createtaskset']);

/** The field of a call's parameters, whichever way its first letter is written, and Step Functions' mark of a path. */
const MEMBER = 'taskdefinition';

/**
 * What a call runs. `parameters` are the JSON of its input as Step Functions and EventBridge Scheduler hold it;
 * undefined when all of it comes from somewhere else. `isExpression` tells text that is computed.
 */
export function calledTaskDefinition(
  operation: string,
  parameters: unknown,
  isExpression: (text: string) => boolean,
): CalledTaskDefinition {
  const name = operation.toLowerCase();
  if (!RUNS.has(name) && !MAY_RUN.has(name)) return { kind: 'none' };
  if (typeof parameters !== 'object' || parameters === null) return { kind: 'computed' };
  for (const [member, value] of Object.entries(parameters)) {
    const plain = member.toLowerCase();
    if (plain === `${MEMBER}.$`) return { kind: 'computed' };
    if (plain !== MEMBER) continue;
    const isText = typeof value === 'string' && !isExpression(value);
    return isText ? { kind: 'named', taskDefinition: value } : { kind: 'computed' };
  }
  return RUNS.has(name) ? { kind: 'computed' } : { kind: 'none' };
}
