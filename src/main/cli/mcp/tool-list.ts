import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import { contract, type MethodName } from '../../../shared/contract.ts';
import { pageSchema } from './answers.ts';
import { APPROVAL_SECONDS } from './tool-calls.ts';
import { inputSchemaOf, type ServerScope } from './tool-input.ts';
import { ALL_ACCOUNTS_TOOLS, EXECUTE_TOOL, PLAN_TOOLS, READ_TOOLS, toolName, WATCH_TOOL } from './tools.ts';
import { MOST_WATCHED_SECONDS, WATCHED_SECONDS } from './watch-for.ts';

/** The tools of a server, with the JSON Schemas of the contract. */
export function toolsOf(scope: ServerScope): Tool[] {
  return [
    ...READ_TOOLS.filter((method) => scope.account === undefined || !ALL_ACCOUNTS_TOOLS.has(method)).map(
      (method) => readTool(method, scope),
    ),
    ...PLAN_TOOLS.map((method) => planTool(method, scope)),
    watchTool(scope),
    executeTool(),
  ];
}

function readTool(method: MethodName, scope: ServerScope): Tool {
  const schema = inputSchemaOf(method, scope);
  return {
    ...toolOf(method, contract[method].about),
    inputSchema: { ...schema, properties: { ...properties(schema), ...pageSchema(method) } },
    annotations: { readOnlyHint: true, openWorldHint: true },
  };
}

function planTool(method: MethodName, scope: ServerScope): Tool {
  const about = `${contract[method].about} Pass the id of the plan to ${toolName(EXECUTE_TOOL)}.`;
  return {
    ...toolOf(method, about),
    inputSchema: inputSchemaOf(method, scope),
    annotations: { readOnlyHint: true, openWorldHint: true },
  };
}

function watchTool(scope: ServerScope): Tool {
  const schema = inputSchemaOf(WATCH_TOOL, scope);
  const { warnAfterMs: _, ...rest } = properties(schema);
  const seconds = { type: 'integer', minimum: 1, maximum: MOST_WATCHED_SECONDS, default: WATCHED_SECONDS };
  const about =
    'Follows a service deployment until it ends or the seconds are over. `ended` says which. Only the outcome ' +
    '`succeeded` is a success.';
  return {
    ...toolOf(WATCH_TOOL, about),
    inputSchema: { ...schema, properties: { ...rest, seconds } },
    annotations: { readOnlyHint: true, openWorldHint: true },
  };
}

function executeTool(): Tool {
  const schema = inputSchemaOf(EXECUTE_TOOL, {});
  const { overrides = {}, plan = {}, why = {}, link = {}, commit = {} } = properties(schema);
  const about =
    'Executes a plan that this server has made, after a person has approved it. Waits for the approval for some seconds; ' +
    'without it, it fails and sends nothing, and the same call waits again. Returns the deployment to follow as soon as ' +
    'ECS has accepted the change.';
  const seconds = { type: 'integer', minimum: 0, maximum: MOST_WATCHED_SECONDS, default: APPROVAL_SECONDS };
  return {
    ...toolOf(EXECUTE_TOOL, about),
    inputSchema: {
      ...schema,
      properties: { plan, why, link, commit, overrides, seconds },
      required: ['plan'],
    },
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
  };
}

function toolOf(method: string, description: string): Pick<Tool, 'name' | 'title' | 'description'> {
  return { name: toolName(method), title: method, description };
}

function properties(schema: { readonly [keyword: string]: unknown }): Record<string, object> {
  return Object.fromEntries(
    Object.entries(schema.properties ?? {}).filter(
      (each): each is [string, object] => typeof each[1] === 'object',
    ),
  );
}
