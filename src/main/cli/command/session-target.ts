import type { Command } from 'commander';
import type { Client } from '../../../shared/client.ts';
import { type ErrorCode, SlipwayError } from '../../../shared/errors.ts';
import type { TaskRef } from '../../../shared/model/task-detail.ts';
import { requireConfirmation } from './confirmation.ts';
import { guardOf } from './deployable.ts';
import { findElsewhere } from './find-service.ts';
import { addScopeFlags, addServiceFlags } from './flags.ts';
import type { Output } from './output.ts';
import { serviceOf } from './service.ts';
import { newestRunningTask, taskThatBegins } from './task.ts';
import type { Invocation } from './verb.ts';

/** The input of a session of ECS Exec. */
export interface SessionTarget extends TaskRef {
  readonly container?: string;
  readonly why?: string;
  readonly confirmation?: string;
}

/** Adds the options that choose a container. */
export function addSessionFlags(command: Command): Command {
  return addServiceFlags(addScopeFlags(command))
    .option(
      '--task <id>',
      'task; of a service, the start of its id is enough (default: the newest running one)',
    )
    .option('--container <name>', 'container (default: the only one)')
    .option('--why <reason>', 'reason, for the journal')
    .option('--confirm <name>', 'name of the service; required in production');
}

/**
 * The task and container of a command: a task of the service `-n`, or the task that `--task` names in full. Throws
 * INVALID_INPUT if neither is given, and if a rule asks for a confirmation that `--confirm` does not have.
 */
export async function sessionTargetOf(invocation: Invocation, client: Client): Promise<SessionTarget> {
  const { flags } = invocation;
  const [container, why, confirmation] = ['container', 'why', 'confirm'].map((name) => flags.text(name));
  return {
    ...(await taskOf(invocation, client)),
    ...(container === undefined ? {} : { container }),
    ...(why === undefined ? {} : { why }),
    ...(confirmation === undefined ? {} : { confirmation }),
  };
}

async function taskOf(invocation: Invocation, client: Client): Promise<TaskRef> {
  const { flags, output } = invocation;
  const named = flags.text('task');
  if (named !== undefined && flags.text('service') === undefined) {
    const { cluster, account, region } = await invocation.scope();
    if (cluster !== undefined) return { account, region, cluster, task: named };
  }
  const service = await serviceOf(invocation);
  const guard = await guardOf({ client, service });
  const confirmation = guard.confirm === 'name' ? service.service : undefined;
  requireConfirmation(flags, { service, confirmation, environment: guard.environment });
  const found =
    named === undefined ? newestRunningTask(client, service) : taskThatBegins(client, service, named);
  const { id, revision } = await found.catch((error: unknown) => findElsewhere(client, service, error));
  output.note([{ text: `Task ${id} (${revision})`, style: 'dim' }]);
  const { account, region, cluster } = service;
  return { account, region, cluster, task: id };
}

/** The codes with which AWS refuses a session. */
const REFUSED: ReadonlySet<ErrorCode> = new Set(['INVALID_INPUT', 'CONFLICT', 'FORBIDDEN']);

/**
 * Throws the error of a session that could not be opened. If ECS Exec can't reach the task, prints first what is missing, of
 * other containers only where none was named.
 */
export async function explainRefusal(
  { client, output }: { readonly client: Client; readonly output: Output },
  { account, region, cluster, task, container }: TaskRef & { readonly container?: string | undefined },
  error: unknown,
): Promise<never> {
  const isRefused =
    error instanceof SlipwayError && REFUSED.has(error.code) && error.detail?.field === undefined;
  if (!isRefused) throw error;
  const readiness = await client
    .call('sessions.check', { account, region, cluster, task })
    .catch(() => undefined);
  for (const { result, message, advice, subject } of readiness?.checks ?? []) {
    const isOfOther = container !== undefined && subject !== undefined && subject !== container;
    if (result === 'pass' || isOfOther) continue;
    output.problem([{ text: [message, advice].filter(Boolean).join('. '), style: 'yellow' }]);
  }
  if (readiness?.canTurnOn === true && readiness.service !== undefined) {
    const turnOn = `slipway deploy -c ${cluster} -n ${readiness.service} --enable-exec --force`;
    output.problem(`\`${turnOn}\` turns it on for new tasks.`);
  }
  throw error;
}
