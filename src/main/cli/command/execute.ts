import { cancelled, SlipwayError } from '../../../shared/errors.ts';
import type { Plan, Release, ReleaseStep } from '../../../shared/model/plan.ts';
import { requireConfirmation } from './confirmation.ts';
import { EXIT, exitCodeOfError } from './exit-code.ts';
import { follow, type Until } from './follow.ts';
import { reportToRunner } from './github-actions.ts';
import { requirePassed } from './passed-checks.ts';
import { isNothing, planLines } from './plan-report.ts';
import { type Ended, endOf, type FailedTask, settled } from './release-end.ts';
import { untilOf } from './release-flags.ts';
import { rolloutLines } from './rollout-report.ts';
import { isForSecondPerson, notesOf, shareForSecondPerson, TWO_PEOPLE } from './second-person.ts';
import { rollBackLate } from './timeout-roll-back.ts';
import type { Invocation } from './verb.ts';

/**
 * Executes a plan that a command made, follows its deployment and prints the result. The exit code says how it ended.
 * Throws only before anything was sent.
 *
 * @param refused begins the sentence of a plan that is not executed
 */
export async function executeAndFollow(
  invocation: Invocation,
  plan: Plan,
  refused = 'Nothing was sent.',
): Promise<number> {
  const { output, flags, io } = invocation;
  for (const line of planLines(plan, flags.isSet('verbose'))) output.note(line);
  if (isNothing(plan)) return report(invocation, plan, await unchanged(invocation, plan));
  requireExecutable(invocation, plan, refused);
  if (isForSecondPerson(invocation, plan)) {
    return report(invocation, plan, await shareForSecondPerson(invocation, plan));
  }
  const sent: ReleaseStep[] = [];
  try {
    const release = await execute(invocation, plan, sent);
    return await report(invocation, plan, await followRelease(invocation, plan, release));
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    const isInterrupted = io.interrupt.aborted && error.code === 'CANCELLED';
    if (isInterrupted && sent.length === 0) {
      throw new SlipwayError('CANCELLED', `Interrupted. ${refused}`, { cause: error });
    }
    const names = sent.filter(({ state }) => state === 'done').map(stepText);
    if (names.length === 0 && !isInterrupted && startedTask(sent) === undefined) throw error;
    const isLogin = exitCodeOfError(error) === EXIT.credentials;
    const code = io.interrupt.aborted ? EXIT.interrupted : EXIT.failed;
    const task = failedTaskOf(error);
    const sentence = [
      ...(isInterrupted ? ['Interrupted.'] : []),
      error.message,
      ...taskLeft(sent, error.message),
      ...resumeCommand(error),
      ...(names.length === 0 ? [] : [`Sent: ${names.join(', ')}.`]),
    ].join(' ');
    return report(invocation, plan, {
      code: isLogin ? EXIT.credentials : code,
      result: 'failed',
      sentence,
      ...(task === undefined ? {} : { task }),
    });
  }
}

/** The id of the task of --before, once ECS has started it. */
function startedTask(sent: readonly ReleaseStep[]): string | undefined {
  return sent
    .find(({ operation, result }) => operation === 'RunTask' && result !== undefined)
    ?.result?.split(' ')[0];
}

/** The task of --before, where neither its step nor the error says how it ended: the disk may be full, for example. */
function taskLeft(sent: readonly ReleaseStep[], message: string): readonly string[] {
  const task = startedTask(sent);
  const isDone = sent.some(({ operation, state }) => operation === 'RunTask' && state === 'done');
  if (task === undefined || isDone || message.includes(task)) return [];
  return [`The task ${task} of --before may still be running.`];
}

/** What continues a release that stopped after its revision was registered. */
function resumeCommand({ detail: { releaseId } }: SlipwayError): readonly string[] {
  if (releaseId === undefined) return [];
  return [
    `\`slipway call releases.resume '{"release":"${releaseId}"}'\` resumes it, releases.discard deregisters the revision.`,
  ];
}

function failedTaskOf({ detail }: SlipwayError): FailedTask | undefined {
  const { taskArn, container, exitCode, lastLines } = detail;
  if (taskArn === undefined) return undefined;
  return {
    taskArn,
    container,
    ...(exitCode === undefined ? {} : { exitCode: Number(exitCode) }),
    lines: lastLines?.split('\n') ?? [],
  };
}

/** Nothing is sent. A deployment in progress, such as that of an earlier run of a pipeline, is followed to its end. */
async function unchanged(invocation: Invocation, plan: Plan): Promise<Ended> {
  const client = await invocation.client([invocation.io.interrupt]);
  const deployments = await client.call('services.deployments', plan.service);
  const current = deployments.find(({ outcome }) => outcome === 'in-progress');
  const until = untilOf(invocation);
  if (current !== undefined && until !== undefined) {
    invocation.output.note(`Nothing to change: ${current.revision ?? 'it'} is being deployed already.`);
    return followToEnd(invocation, plan, current.arn, until);
  }
  return {
    code: EXIT.success,
    result: 'unchanged',
    sentence: `${plan.service.service} runs this already, so nothing was sent. --force starts a new deployment anyway.`,
  };
}

/** Throws PREFLIGHT_FAILED or INVALID_INPUT with what the command lacks. `refused` begins the sentence of failed checks. */
export function requireExecutable(invocation: Invocation, plan: Plan, refused: string): void {
  if (plan.otherWay !== undefined) throw new SlipwayError('PREFLIGHT_FAILED', plan.otherWay.sentence);
  const isShared = isForSecondPerson(invocation, plan);
  const checks = plan.checks.filter(({ rule }) => !(isShared && rule === TWO_PEOPLE));
  requirePassed(invocation, checks, refused);
  // Sharing changes no service: who executes the plan confirms it.
  if (!isShared) requireConfirmation(invocation.flags, plan);
}

/**
 * Sends the change. An interrupt stops it before its first request, or before the task of --before has ended. After that its
 * requests are sent to their end.
 */
async function execute(invocation: Invocation, plan: Plan, sent: ReleaseStep[]): Promise<Release> {
  const { flags, io, output } = invocation;
  const confirmation = flags.text('confirm');
  const overrides = flags.texts('override');
  const client = await invocation.client([]);
  if (io.interrupt.aborted) throw cancelled(`“${plan.title}”`);
  // The engine says what was sent by then, so its answer is waited for. A job that has ended can't be stopped.
  const stop = (): void => {
    if (canStop(plan, sent)) client.call('jobs.cancel', { job: plan.id }).catch(() => undefined);
  };
  io.interrupt.addEventListener('abort', stop, { once: true });
  try {
    return await client.call(
      'releases.execute',
      {
        plan: plan.id,
        ...notesOf(flags),
        ...(confirmation === undefined ? {} : { confirmation }),
        ...(overrides.length === 0 ? {} : { overrides: [...overrides] }),
      },
      {
        onEvent(step) {
          if (CLAIM_STEPS.has(step.operation)) {
            if (step.result !== undefined) output.note(`${step.operation}: ${step.result}`);
            return;
          }
          sent.push(step);
          if (io.interrupt.aborted) stop();
          const line = stepLine(plan, step);
          if (line !== undefined || flags.isSet('verbose')) {
            output.note(line ?? `${step.operation}: ${step.state}`);
          }
        },
      },
    );
  } finally {
    io.interrupt.removeEventListener('abort', stop);
  }
}

/** Whether the release can be left as it is: it can be resumed until its task has ended. */
function canStop({ calls }: Plan, sent: readonly ReleaseStep[]): boolean {
  if (sent.length === 0) return true;
  const hasEnded = sent.some(({ operation, state }) => operation === 'RunTask' && state !== 'sent');
  return !hasEnded && calls.some(({ operation }) => operation === 'RunTask');
}

/** The line for a step; none while its answer is awaited, except for a task, because that may take long. */
function stepLine({ calls }: Plan, step: ReleaseStep): string | undefined {
  if (step.state !== 'sent') return `${stepText(step)}: ${step.state}`;
  if (step.operation !== 'RunTask') return undefined;
  if (step.result !== undefined) return `RunTask: the task ${step.result}`;
  const target = calls.find(({ operation }) => operation === 'RunTask')?.target;
  return `RunTask (${target ?? 'the task of --before'}): sent. The service is changed after the task has exited with code 0.`;
}

/** Steps of the claim on the service and of the lock in the ledger. They do not change what runs. */
const CLAIM_STEPS: ReadonlySet<string> = new Set(['TagResource', 'UntagResource', 'UpdateItem']);

/** What a failed step says is in the sentence of the end. */
function stepText({ operation, result, state }: ReleaseStep): string {
  return result === undefined || state === 'failed'
    ? operation
    : `${operation} (${result.split('/').at(-1) ?? result})`;
}

async function followRelease(invocation: Invocation, plan: Plan, release: Release): Promise<Ended> {
  const { deploymentArn } = release;
  const until = untilOf(invocation);
  if (deploymentArn === undefined || until === undefined) {
    return { code: EXIT.success, result: 'accepted', sentence: `ECS accepted: ${plan.title}.`, release };
  }
  const { flags } = invocation;
  const ended = await followToEnd(invocation, plan, deploymentArn, until);
  if (ended.code === EXIT.timeIsUp && flags.text('on-timeout') === 'roll-back') {
    return rollBackLate(invocation, plan, release);
  }
  const outcome = ended.rollout?.deployment.outcome;
  if (outcome !== undefined && outcome !== 'in-progress') {
    await settled(invocation, await invocation.client([]), plan.id);
  }
  return { ...ended, release };
}

async function followToEnd(
  invocation: Invocation,
  plan: Plan,
  deployment: string,
  until: Until,
): Promise<Ended> {
  const { flags, io, output } = invocation;
  const client = await invocation.client([io.interrupt]);
  const seconds = flags.number('timeout');
  const timeout = seconds === undefined ? undefined : io.timeout(seconds * 1000);
  const isVerbose = flags.isSet('verbose');
  const followed = await follow(
    { client, io, output },
    { ref: plan.service, deployment, until, timeout, isVerbose },
  );
  return endOf(followed, plan, deployment);
}

async function report(invocation: Invocation, plan: Plan, ended: Ended): Promise<number> {
  const { output } = invocation;
  const { code, result, sentence, release, rollout, task } = ended;
  reportToRunner(invocation.io, { plan, ...ended, lines: task?.lines });
  if (output.isJson) {
    output.json({
      result,
      sentence,
      plan: plan.id,
      title: plan.title,
      ...(release === undefined ? {} : { release }),
      ...(rollout === undefined ? {} : { deployment: rollout.deployment, diagnosis: rollout.diagnosis }),
      ...(task === undefined ? {} : { task }),
    });
    return code;
  }
  for (const line of task?.lines ?? []) output.problem(`  ${line.replaceAll('\t', '  ')}`);
  if (rollout !== undefined && rollout.sentence === sentence) {
    for (const line of rolloutLines(rollout)) output.line(line);
  } else {
    output.line([{ text: sentence, style: code === EXIT.success ? 'green' : 'yellow' }]);
  }
  return code;
}
