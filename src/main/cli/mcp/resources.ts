import type { Resource, TextResourceContents } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { contract, type Method } from '../../../shared/contract.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import { EXECUTE_TOOL, PLAN_TOOLS, READ_TOOLS, toolName, WATCH_TOOL } from './tools.ts';

const PREFIX = 'slipway://methods/';
const METHODS: readonly (keyof typeof contract)[] = [...READ_TOOLS, ...PLAN_TOOLS, WATCH_TOOL, EXECUTE_TOOL];

/** One resource for each tool: the JSON Schemas of what its method takes and answers. */
export function listResources(): Resource[] {
  return METHODS.map((method) => ({
    uri: `${PREFIX}${method}`,
    name: method,
    description: `JSON Schemas of the input and the answer of ${toolName(method)}`,
    mimeType: 'application/json',
  }));
}

/** Throws NOT_FOUND for another address. */
export function readResource(uri: string): TextResourceContents {
  const name = METHODS.find((method) => uri === `${PREFIX}${method}`);
  if (name === undefined) {
    throw new SlipwayError('NOT_FOUND', `There is no resource ${uri}. resources/list has all of them.`);
  }
  const { about, input, output }: Method = contract[name];
  const text = JSON.stringify({
    method: name,
    about,
    input: z.toJSONSchema(input, { io: 'input' }),
    output: z.toJSONSchema(output, { io: 'output' }),
  });
  return { uri, mimeType: 'application/json', text };
}
