import { type CalledTaskDefinition, calledTaskDefinition } from './ecs-call.ts';

/** `arn:aws:states:::ecs:runTask.sync` and `arn:aws:states:::aws-sdk:ecs:runTask`. */
const ECS_RESOURCE = /^arn:[\w-]+:states:[\w-]*:\d*:(?:aws-sdk:)?ecs:(?<operation>[A-Za-z]+)/;

/**
 * What the tasks of a state machine run, from its definition in the Amazon States Language: wherever in it a state
 * is, in a Parallel, in a Map, or in what a later version of the language may bring. Throws SyntaxError for a
 * definition that is no JSON.
 */
export function stateMachineTasks(definition: string): readonly CalledTaskDefinition[] {
  const found: CalledTaskDefinition[] = [];
  // A definition of 1 MB may nest deeper than the stack of this process.
  const open: unknown[] = [JSON.parse(definition)];
  while (open.length > 0) {
    const json = open.pop();
    if (typeof json !== 'object' || json === null) continue;
    const state = new Map<string, unknown>(Object.entries(json));
    const operation = operationOf(state.get('Resource'));
    if (operation !== undefined) {
      // Parameters where it queries with JSONPath, Arguments where with JSONata; without them, its input is what is sent.
      const parameters = state.get('Arguments') ?? state.get('Parameters');
      found.push(calledTaskDefinition(operation, parameters, isJsonata));
    }
    for (const part of [...state.values()].toReversed()) open.push(part);
  }
  return found;
}

function operationOf(resource: unknown): string | undefined {
  return typeof resource === 'string' ? ECS_RESOURCE.exec(resource)?.groups?.operation : undefined;
}

/** `{% $states.input.revision %}` */
function isJsonata(text: string): boolean {
  return text.trimStart().startsWith('{%');
}
