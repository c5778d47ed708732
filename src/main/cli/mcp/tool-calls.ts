import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import type { Client } from '../../../shared/client.ts';
import { contract } from '../../../shared/contract.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import { answersList, Page, pageOf, shownResult } from './answers.ts';
import { type AskPerson, requireApproval } from './approval.ts';
import type { ShownValues } from './hide-values.ts';
import { fillScope, type ServerScope } from './tool-input.ts';
import {
  ALL_ACCOUNTS_TOOLS,
  EXECUTE_TOOL,
  PLAN_TOOLS,
  type PlanTool,
  READ_TOOLS,
  type ReadTool,
  toolName,
  WATCH_TOOL,
} from './tools.ts';
import { MOST_WATCHED_SECONDS, WATCHED_SECONDS, watchFor } from './watch-for.ts';

export interface ToolServerOptions {
  readonly client: Client;
  readonly version: string;
  readonly scope: ServerScope;
  /** Services whose changes need no further approval: CLUSTER/SERVICE, or SERVICE of the scope's cluster. */
  readonly confirmed: ReadonlySet<string>;
  /** Gets who approved which plan, for the engine that `client` calls. */
  readonly approvers: Map<string, string>;
  /** Which values of variables are shown. */
  readonly values: ShownValues;
}

/** The other end of the connection, and how its person is asked, if it can. */
interface Requester {
  readonly requester: string;
  readonly ask: AskPerson | undefined;
}

interface CallContext {
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
}

export interface ToolCalls {
  /** Throws SlipwayErrors. */
  call(name: string, input: Readonly<Record<string, unknown>>, context: CallContext): Promise<CallToolResult>;
}

/** A server forgets its oldest plan beyond these; a plan lapses after a day anyway. */
const MOST_PLANS = 200;

const Execution = contract[EXECUTE_TOOL].input.pick({
  plan: true,
  why: true,
  link: true,
  commit: true,
  overrides: true,
});
/** Clients give up after 60 seconds, unless they are configured otherwise. */
export const APPROVAL_SECONDS = 50;
const ApprovalSeconds = z.int().min(0).max(MOST_WATCHED_SECONDS).default(APPROVAL_SECONDS);
const Seconds = z.int().min(1).max(MOST_WATCHED_SECONDS).default(WATCHED_SECONDS);

/** Carries out the calls of tools. `requester` answers who is connected now. */
export function createToolCalls(
  { client, scope, confirmed, approvers, values }: ToolServerOptions,
  requester: () => Requester,
): ToolCalls {
  const plans = new Map<string, Plan>();
  const resultOf = (value: unknown): CallToolResult => shownResult(value, values);

  async function read(method: ReadTool, input: Input, { signal }: CallContext): Promise<CallToolResult> {
    const { offset, limit, ...rest } = input;
    const page = answersList(method) ? checked(Page, { offset, limit }) : undefined;
    const asked = fillScope(method, page === undefined ? input : rest, scope);
    const answer = await client.call(method, asked, { signal });
    return resultOf(page === undefined ? answer : pageOf(answer, page));
  }

  async function plan(method: PlanTool, input: Input, { signal }: CallContext): Promise<CallToolResult> {
    const answer = await client.call(method, fillScope(method, input, scope), { signal });
    const made = contract[method].output.parse(answer);
    plans.set(made.id, made);
    for (const oldest of [...plans.keys()].slice(0, -MOST_PLANS)) plans.delete(oldest);
    // They repeat the whole task definition with the values of its variables.
    const { commands: _, ...shown } = made;
    return resultOf(shown);
  }

  async function execute(input: Input, { signal, onProgress }: CallContext): Promise<CallToolResult> {
    const { seconds, ...asked } = input;
    const { plan: id, overrides = [], ...notes } = checked(Execution, asked);
    const waitSeconds = checked(ApprovalSeconds, seconds);
    const approved = plans.get(id);
    if (approved === undefined) {
      throw new SlipwayError('NOT_FOUND', `This server has made no plan ${id}. Make one, and pass its id.`);
    }
    const approval = { client, confirmed, cluster: scope.cluster, waitSeconds, ...requester() };
    const approvedBy = await requireApproval({ plan: approved, overrides, ...notes }, approval, signal);
    const { confirmation } = approved;
    approvers.set(id, approvedBy);
    try {
      const release = await client.call(
        EXECUTE_TOOL,
        {
          plan: id,
          ...notes,
          ...(overrides.length === 0 ? {} : { overrides }),
          ...(confirmation === undefined ? {} : { confirmation }),
        },
        { signal, onEvent: ({ operation, state }) => onProgress(`${operation}: ${state}`) },
      );
      return resultOf(release);
    } finally {
      approvers.delete(id);
    }
  }

  async function watch(input: Input, { signal, onProgress }: CallContext): Promise<CallToolResult> {
    const { seconds, ...rest } = input;
    const asked = checked(contract[WATCH_TOOL].input, fillScope(WATCH_TOOL, rest, scope));
    const watched = await watchFor(client, {
      input: asked,
      seconds: checked(Seconds, seconds),
      signal,
      onRollout: ({ sentence }) => onProgress(sentence),
    });
    return resultOf(watched);
  }

  return {
    async call(name, input, context) {
      const isFor = (method: string): boolean => toolName(method) === name;
      if (isFor(EXECUTE_TOOL)) return execute(input, context);
      if (isFor(WATCH_TOOL)) return watch(input, context);
      const planned = PLAN_TOOLS.find(isFor);
      if (planned !== undefined) return plan(planned, input, context);
      const found = READ_TOOLS.find(isFor);
      if (found === undefined || (scope.account !== undefined && ALL_ACCOUNTS_TOOLS.has(found))) {
        throw new SlipwayError('UNKNOWN_METHOD', `There is no tool ${name}. tools/list has all tools.`);
      }
      return read(found, input, context);
    },
  };
}

type Input = Readonly<Record<string, unknown>>;

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.map(String).join('.')}: `;
  throw new SlipwayError('INVALID_INPUT', `The input is not valid: ${where}${issue?.message ?? ''}.`);
}
