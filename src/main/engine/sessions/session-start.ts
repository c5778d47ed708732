import { ExecuteCommandCommand } from '@aws-sdk/client-ecs';
import { ResumeSessionCommand, StartSessionCommand, TerminateSessionCommand } from '@aws-sdk/client-ssm';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { SessionEnd } from '../../../shared/model/session.ts';
import type { TaskRef } from '../../../shared/model/task-detail.ts';
import { lastPartOf, serviceLabel } from '../aws/arns.ts';
import type { Aws } from '../aws/aws.ts';
import { readCallerIdentity } from '../aws/caller-identity.ts';
import { awsErrorName } from '../aws/errors.ts';
import type { GuardedChangeDependencies } from '../aws/guarded-changes.ts';
import { requireGuardAllows, requireReason } from '../environments/guarded-change.ts';
import { recordStep } from '../journal/record-step.ts';
import type { KnownSecrets } from '../ports/known-secrets.ts';
import { type FoundTask, findTask } from './exec-readiness.ts';
import { openDataChannel } from './open-data-channel.ts';
import { openSessionCipher } from './session-cipher.ts';
import {
  type OpenedSession,
  runSession,
  type SessionConnection,
  type SessionOptions,
} from './session-connection.ts';

export interface SessionDependencies extends GuardedChangeDependencies {
  readonly aws: Pick<Aws, 'ecs' | 'iam' | 'sts' | 'parameters' | 'keys' | 'agentFor'>;
  readonly secrets: Pick<KnownSecrets, 'add'>;
}

/** What a session is asked for with, whatever it is for. */
export interface SessionRequest extends TaskRef {
  readonly container?: string | undefined;
  readonly why?: string | undefined;
  readonly confirmation?: string | undefined;
}

/** A container that the rules let a session into. */
export interface SessionTarget extends FoundTask {
  readonly scope: Scope;
  readonly cluster: string;
  readonly container: string;
  readonly runtimeId: string | undefined;
}

/**
 * The container of a request, if the rules allow a session. Throws PREFLIGHT_FAILED (a rule), INVALID_INPUT (no confirmation,
 * no such container) or NOT_FOUND. The release window is not asked: a shell starts no release.
 */
export async function findTarget(
  { aws, accounts, environments, clock }: SessionDependencies,
  request: SessionRequest,
  signal: AbortSignal,
): Promise<SessionTarget> {
  const { account: id, region, cluster } = request;
  const found = await findTask(aws.ecs(request, 'clicked'), request, signal);
  const { account } = accounts.find(id);
  const { window: _, ...guard } = environments.guardOf({ account, region, cluster, service: found.service });
  const place = found.service === undefined ? cluster : serviceLabel({ cluster, service: found.service });
  if (guard.shells === 'refuse') {
    throw new SlipwayError(
      'PREFLIGHT_FAILED',
      `Nothing was sent. A rule of environments.yml or slipway.yml allows no shells in containers of ${place}.`,
    );
  }
  const word = found.service ?? cluster;
  requireGuardAllows(guard, { place, word, confirmation: request.confirmation }, clock.now());
  await requireReason(guard, { place, why: request.why });
  return { ...found, scope: { account: id, region }, cluster, ...containerOf(found, request.container) };
}

function containerOf({ task, id }: FoundTask, asked: string | undefined) {
  if (task.lastStatus !== 'RUNNING') {
    throw new SlipwayError(
      'CONFLICT',
      `The task ${id} is ${task.lastStatus ?? 'not running'}. Choose a task that is running.`,
    );
  }
  const containers = task.containers ?? [];
  const names = containers.flatMap(({ name }) => name ?? []);
  const container = asked ?? (names.length === 1 ? names[0] : undefined);
  const found = containers.find(({ name }) => name === container);
  if (container === undefined || found === undefined) {
    const problem =
      asked === undefined
        ? `The task ${id} has several containers.`
        : `The task ${id} has no container ${asked}.`;
    throw new SlipwayError('INVALID_INPUT', `${problem} Choose one of: ${names.join(', ')}.`, {
      detail: { field: 'container' },
    });
  }
  return { container, runtimeId: found.runtimeId };
}

/** bash where the image has it, otherwise sh. The agent splits the command as a shell would. */
const SHELL = `/bin/sh -c "command -v bash >/dev/null 2>&1 && exec bash || exec sh"`;

/** Opens a command in a container by ExecuteCommand. */
export async function executeCommand(
  { aws, secrets }: SessionDependencies,
  { scope, cluster, arn, container, task }: SessionTarget,
  asked: string | undefined,
): Promise<OpenedSession> {
  const command = asked ?? (/windows/i.test(task.platformFamily ?? '') ? 'cmd.exe' : SHELL);
  const request = new ExecuteCommandCommand({ cluster, task: arn, container, command, interactive: true });
  const { session = {} } = await aws
    .ecs(scope, 'clicked')
    .send(request)
    .catch((error: unknown) => notReachable(error, container));
  return openedSession(session, secrets);
}

/** A port of a container, or of a host that the container reaches. */
export interface ForwardedPort {
  readonly port: number;
  readonly host?: string | undefined;
}

/**
 * Opens a session to a port of a container, or through it to one of a host.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-sessions-start.html
 */
export async function startPortSession(
  { aws, secrets }: SessionDependencies,
  target: SessionTarget,
  { port, host }: ForwardedPort,
): Promise<OpenedSession> {
  const { scope, container } = target;
  const portNumber = [String(port)];
  const request = new StartSessionCommand({
    Target: targetId(target),
    ...(host === undefined
      ? { DocumentName: 'AWS-StartPortForwardingSession', Parameters: { portNumber } }
      : {
          DocumentName: 'AWS-StartPortForwardingSessionToRemoteHost',
          Parameters: { host: [host], portNumber },
        }),
  });
  const { SessionId, StreamUrl, TokenValue } = await aws
    .parameters(scope, 'clicked')
    .send(request)
    .catch((error: unknown) => notReachable(error, container));
  return openedSession({ sessionId: SessionId, streamUrl: StreamUrl, tokenValue: TokenValue }, secrets);
}

/** How Systems Manager names a container. */
function targetId({ cluster, id, runtimeId = '' }: SessionTarget): string {
  return `ecs:${cluster}_${id}_${runtimeId}`;
}

function notReachable(error: unknown, container: string): never {
  if (!(error instanceof SlipwayError)) throw error;
  const name = awsErrorName(error);
  if (name !== 'TargetNotConnectedException' && name !== 'TargetNotConnected') throw error;
  throw new SlipwayError(
    'CONFLICT',
    `The ECS Exec agent of ${container} is not connected. Check that the task role has the ssmmessages permissions, and that the task reaches ssmmessages of its region; then try again.`,
    { cause: error },
  );
}

function openedSession(
  session: {
    readonly sessionId?: string | undefined;
    readonly streamUrl?: string | undefined;
    readonly tokenValue?: string | undefined;
  },
  secrets: Pick<KnownSecrets, 'add'>,
): OpenedSession {
  const { sessionId, streamUrl, tokenValue } = session;
  secrets.add(tokenValue);
  if (sessionId === undefined || streamUrl === undefined || tokenValue === undefined) {
    throw new SlipwayError('UNAVAILABLE', 'AWS opened the session without saying where. Try again.', {
      retryable: true,
    });
  }
  return { sessionId, streamUrl, tokenValue };
}

interface RunningSession {
  readonly target: SessionTarget;
  readonly request: SessionRequest;
  /** For the journal, such as `Open a shell in app of task 1a2b`. */
  readonly title: string;
  readonly operation: 'ExecuteCommand' | 'StartSession';
  readonly start: () => Promise<OpenedSession>;
  readonly events: Pick<SessionOptions, 'onReady' | 'onOutput' | 'onPortRefused' | 'onState'>;
  /** Gets the session before it is connected. */
  readonly onStart: (session: SessionConnection) => void;
}

/** After this a closed window has ended the session in AWS, or AWS does not answer. */
const LONGEST_TERMINATE_MS = 4_000;

/**
 * Runs a session from its start to its end, which is in the journal with its time and its reason. When the signal aborts, the
 * session is ended on both sides.
 */
export async function holdSession(
  dependencies: SessionDependencies,
  { target, request, title, operation, start, events, onStart }: RunningSession,
  signal: AbortSignal,
): Promise<SessionEnd> {
  const { journal, clock, aws } = dependencies;
  const { scope, cluster } = target;
  const callerIdentity = await readCallerIdentity(dependencies, scope, signal);
  const entry = journal.entries.begin({
    ...scope,
    cluster,
    subject: target.service ?? lastPartOf(target.task.taskDefinitionArn ?? ''),
    kind: 'session',
    title,
    calls: [{ operation, target: `${target.container} of task ${target.id}` }],
    ...(request.why === undefined ? {} : { why: request.why }),
    ...(callerIdentity === undefined ? {} : { callerIdentity }),
  });
  try {
    const session = await recordStep(journal.entries, {
      entry,
      operation,
      send: start,
      resultOf: ({ sessionId }) => sessionId,
    });
    const since = clock.now().getTime();
    const connection = runSession({
      ...events,
      session,
      connect: (url, handlers, connecting) =>
        openDataChannel(
          { client: aws.ecs(scope, 'clicked'), agentFor: (address) => aws.agentFor(scope, address) },
          url,
          handlers,
          connecting,
        ),
      openCipher: (keyId, opening) =>
        openSessionCipher(
          aws.keys(scope, 'clicked'),
          { sessionId: session.sessionId, targetId: targetId(target), keyId },
          opening,
        ),
      resume: (resuming) => resumeSession(dependencies, scope, session, resuming),
    });
    onStart(connection);
    const leave = (): void => connection.leave();
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
    const end = await endWithTask(dependencies, target, await connection.ended);
    signal.removeEventListener('abort', leave);
    const isKnownToAws = end.reason === 'exited' || end.reason === 'idle';
    const left = isKnownToAws ? undefined : await terminateSession(dependencies, scope, session);
    const seconds = Math.round((clock.now().getTime() - since) / 1000);
    const sentence = [end.sentence, left, `It was open for ${durationText(seconds)}.`]
      .filter(Boolean)
      .join(' ');
    const isFailed = end.reason === 'refused' || end.reason === 'lost';
    journal.entries.update(entry, { state: isFailed ? 'failed' : 'done', sentence });
    return end;
  } catch (error) {
    const sentence =
      error instanceof SlipwayError ? error.message : 'It failed unexpectedly. See the log for details.';
    journal.entries.update(entry, { state: 'failed', sentence });
    throw error;
  }
}

/** An agent that ends with its task says nothing about it. */
async function endWithTask(
  { aws }: SessionDependencies,
  { scope, cluster, arn }: SessionTarget,
  end: SessionEnd,
): Promise<SessionEnd> {
  if (end.reason === 'left' || end.reason === 'idle') return end;
  try {
    const ref = { ...scope, cluster, task: arn };
    const signal = AbortSignal.timeout(LONGEST_TERMINATE_MS);
    const { task } = await findTask(aws.ecs(scope, 'clicked'), ref, signal);
    if (task.lastStatus === 'RUNNING') return end;
    const why = task.stoppedReason ?? 'ECS gave no reason';
    return { reason: 'exited', sentence: `The session ended because the task stopped: ${why}.` };
  } catch {
    return end;
  }
}

/** AWS answers no token for a session that has ended. */
async function resumeSession(
  { aws, secrets }: SessionDependencies,
  scope: Scope,
  { sessionId, streamUrl }: OpenedSession,
  signal: AbortSignal,
): Promise<OpenedSession | undefined> {
  const command = new ResumeSessionCommand({ SessionId: sessionId });
  try {
    const resumed = await aws.parameters(scope, 'clicked').send(command, { abortSignal: signal });
    if (!resumed.TokenValue) return undefined;
    secrets.add(resumed.TokenValue);
    return { sessionId, streamUrl: resumed.StreamUrl ?? streamUrl, tokenValue: resumed.TokenValue };
  } catch (error) {
    if (awsErrorName(error) === 'DoesNotExistException') return undefined;
    throw error;
  }
}

/** Nothing, or why the session may still be open in AWS. */
async function terminateSession(
  { aws, logger }: SessionDependencies,
  scope: Scope,
  { sessionId }: OpenedSession,
): Promise<string | undefined> {
  try {
    const command = new TerminateSessionCommand({ SessionId: sessionId });
    const abortSignal = AbortSignal.timeout(LONGEST_TERMINATE_MS);
    await aws.parameters(scope, 'clicked').send(command, { abortSignal });
    return undefined;
  } catch (error) {
    if (awsErrorName(error) === 'DoesNotExistException') return undefined;
    logger.warn({ err: error }, 'A session could not be terminated.');
    return 'AWS did not confirm its end: it ends by itself when it is idle.';
  }
}

function durationText(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds} s` : `${minutes} min ${seconds % 60} s`;
}
