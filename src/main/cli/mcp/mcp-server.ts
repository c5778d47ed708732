import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  ListResourcesRequestSchema,
  ListToolsRequestSchema,
  ReadResourceRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { visibleText } from '../../../shared/visible-text.ts';
import { failureResult } from './answers.ts';
import { ANSWER_MS, type AskPerson } from './approval.ts';
import { listResources, readResource } from './resources.ts';
import { createToolCalls, type ToolServerOptions } from './tool-calls.ts';
import { toolsOf } from './tool-list.ts';

const LONGEST_NAME = 200;

const INSTRUCTIONS = [
  'Slipway releases containers on Amazon ECS.',
  'Reads and plans answer at once. To change something, make a plan (releases_plan, releases_planRollback or',
  'releases_planRevision), show it to the person, then pass its id to releases_execute, which waits for the approval',
  'of a person, and follow the deployment with releases_watch until it has ended.',
].join(' ');

/**
 * The contract's reads and plans as tools, over any transport. Only releases_execute changes something, and only what a
 * person has approved.
 */
export function createMcpServer(options: ToolServerOptions): Server {
  const { scope, version } = options;
  const server = new Server(
    { name: 'slipway', version },
    { capabilities: { tools: {}, resources: {} }, instructions: INSTRUCTIONS },
  );
  const ask: AskPerson = async (message, name, signal) => {
    const answer = await server.elicitInput(
      {
        message: visibleLines(message),
        requestedSchema: {
          type: 'object',
          properties: { confirmation: { type: 'string', title: `Type ${name}` } },
          required: ['confirmation'],
        },
      },
      { signal, timeout: ANSWER_MS },
    );
    const typed = answer.action === 'accept' ? answer.content?.confirmation : undefined;
    return typeof typed === 'string' ? typed : undefined;
  };
  const calls = createToolCalls(options, () => {
    const { name = 'An agent', version: clientVersion = '' } = server.getClientVersion() ?? {};
    return {
      requester: visibleText(`${name} ${clientVersion}`.trim()).slice(0, LONGEST_NAME),
      ask: server.getClientCapabilities()?.elicitation === undefined ? undefined : ask,
    };
  });

  server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: toolsOf(scope) }));
  server.setRequestHandler(CallToolRequestSchema, async (request, { signal, sendNotification }) => {
    const { name, arguments: input = {}, _meta } = request.params;
    const progressToken = _meta?.progressToken;
    let progress = 0;
    const onProgress = (message: string): void => {
      if (progressToken === undefined || signal.aborted) return;
      progress += 1;
      const params = { progressToken, progress, message };
      // A client that has gone is noticed by its transport.
      sendNotification({ method: 'notifications/progress', params }).catch(() => undefined);
    };
    try {
      return await calls.call(name, input, { signal, onProgress });
    } catch (error) {
      return failureResult(error) satisfies CallToolResult;
    }
  });
  server.setRequestHandler(ListResourcesRequestSchema, async () => ({ resources: listResources() }));
  server.setRequestHandler(ReadResourceRequestSchema, async ({ params }) => ({
    contents: [readResource(params.uri)],
  }));
  return server;
}

/** Names of AWS could hold characters that steer a terminal. */
function visibleLines(text: string): string {
  return text.split('\n').map(visibleText).join('\n');
}
