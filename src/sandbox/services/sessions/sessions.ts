import { randomBytes } from 'node:crypto';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock, ScheduledEvent } from '../../core/clock.ts';
import { isJsonObject, parseJson } from '../../core/json.ts';
import type { UpgradeHandler } from '../../http/loopback-server.ts';
import { type AgentChannel, createAgentChannel, PAYLOAD } from './agent-channel.ts';
import type { ExecSessions, ExecTarget, StartedSession } from './exec-target.ts';
import { createPortProgram, type ForwardedTo } from './port-program.ts';
import type { ProgramOutput, SessionProgram } from './session-program.ts';
import { createSimulatedShell, isProgram, type ShellCommand } from './simulated-shell.ts';

/** Where the data channels of sessions are. */
export const DATA_CHANNEL_PATH = '/v1/data-channel/';

/** The session server of the account, and the agents behind it. */
export interface Sessions extends ExecSessions {
  forward(target: ExecTarget, to: ForwardedTo): StartedSession;
  /** A new token for a session that runs; undefined for another one. */
  resume(sessionId: string): StartedSession | undefined;
  /** Ends a session. False for one that does not run. */
  terminate(sessionId: string): boolean;
  /** Takes the request for a WebSocket at DATA_CHANNEL_PATH. */
  readonly upgrade: UpgradeHandler;
  close(): void;
}

interface SessionsOptions {
  readonly clock: Clock;
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** Sandbox seconds for each real second: people wait in real ones. */
  readonly speed: number;
  /** What KMS decrypts for the agents. */
  readonly openDataKey: (encrypted: Buffer, context: Readonly<Record<string, string>>) => Buffer | undefined;
}

interface Session {
  readonly id: string;
  readonly target: ExecTarget;
  readonly channel: AgentChannel;
  /** The program, or what the agent says where it cannot be started. */
  readonly start: (output: ProgramOutput, channel: AgentChannel) => SessionProgram | string;
  readonly handshake: object;
  /** The KMS key that its data are encrypted with. */
  readonly kmsKeyId: string | undefined;
  /** What the client has to send back encrypted. */
  challenge: Buffer | undefined;
  token: string;
  socket: WebSocket | undefined;
  program: SessionProgram | undefined;
  /** When it is idle for too long, unless something is heard of the client. */
  idleAt: Date;
  watch: ScheduledEvent | undefined;
}

/**
 * "By default, sessions time out after 20 minutes of inactivity."
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/session-preferences-timeout.html
 */
const IDLE_MS = 20 * 60_000;
/** How often a running session looks whether its task still runs. */
const WATCH_MS = 2_000;
const RESEND_MS = 100;
const LARGEST_MESSAGE_BYTES = 64 * 1024;
const AGENT_VERSION = '3.3.1345.0';
const PROTOCOL_ERROR = 1002;
const POLICY_VIOLATION = 1008;
const NORMAL = 1000;

export function createSessions({ clock, host, speed, openDataKey }: SessionsOptions): Sessions {
  const sessions = new Map<string, Session>();
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  const after = (milliseconds: number): Date => new Date(clock.now().getTime() + milliseconds * speed);

  function open(
    prefix: string,
    { target, start, handshake, kmsKeyId }: Pick<Session, 'target' | 'start' | 'handshake' | 'kmsKeyId'>,
  ): StartedSession {
    const id = `${prefix}-${randomBytes(12).toString('hex').slice(0, 17)}`;
    const session: Session = {
      id,
      target,
      start,
      handshake,
      kmsKeyId,
      challenge: undefined,
      channel: createAgentChannel(() => sessions.get(id)?.program?.resume()),
      token: newToken(),
      socket: undefined,
      program: undefined,
      idleAt: after(IDLE_MS),
      watch: undefined,
    };
    sessions.set(id, session);
    session.channel.send(PAYLOAD.handshakeRequest, Buffer.from(JSON.stringify(handshake)));
    watch(session);
    return shown(session);
  }

  function shown({ id, token }: Session): StartedSession {
    return {
      sessionId: id,
      streamUrl: `ws://${host}${DATA_CHANNEL_PATH}${id}?role=publish_subscribe`,
      tokenValue: token,
    };
  }

  /** Only sessions that run cost anything. */
  function watch(session: Session): void {
    session.watch = clock.schedule(after(WATCH_MS), () => {
      if (!session.target.isRunning()) end(session, '');
      else if (clock.now() > session.idleAt) end(session, 'Your session timed out due to inactivity.');
      else watch(session);
    });
  }

  function end(session: Session, output: string): void {
    if (!sessions.delete(session.id)) return;
    session.watch?.cancel();
    session.program?.stop();
    session.channel.close(session.id, output);
    session.socket?.close(NORMAL);
  }

  function begin(session: Session): void {
    const { channel } = session;
    const complete = { HandshakeTimeToComplete: 1_000_000, CustomerMessage: '' };
    channel.send(PAYLOAD.handshakeComplete, Buffer.from(JSON.stringify(complete)));
    const output: ProgramOutput = {
      write: (data) => channel.sendOutput(data),
      isFull: () => channel.isFull(),
      exit: () => end(session, ''),
      after(seconds, what) {
        const event = clock.schedule(after(seconds * 1000), what);
        return () => event.cancel();
      },
    };
    const program = session.start(output, channel);
    if (typeof program === 'string') end(session, program);
    else session.program = program;
  }

  /** https://github.com/aws/amazon-ssm-agent, agent/session/datachannel: the data key, then a challenge. */
  function encrypt(session: Session, response: Buffer): void {
    const context = {
      'aws:ssm:SessionId': session.id,
      'aws:ssm:TargetId': `ecs:${session.target.cluster}_${session.target.taskId}_${session.target.runtimeId}`,
    };
    const key = openDataKey(encryptedKeyIn(response), context);
    if (key === undefined) {
      end(session, 'Fetching data key failed: Unable to retrieve data key');
      return;
    }
    session.challenge = randomBytes(64);
    const Challenge = session.channel.encryptWith(key, session.challenge).toString('base64');
    session.channel.send(PAYLOAD.encryptionChallenge, Buffer.from(JSON.stringify({ Challenge })));
  }

  function take(session: Session, payloadType: number, payload: Buffer): void {
    switch (payloadType) {
      case PAYLOAD.handshakeResponse:
        if (session.program !== undefined || session.challenge !== undefined) return;
        if (session.kmsKeyId === undefined) begin(session);
        else encrypt(session, payload);
        return;
      case PAYLOAD.encryptionChallengeResponse:
        if (session.program !== undefined || session.challenge === undefined) return;
        if (session.channel.decrypted(challengeIn(payload)).equals(session.challenge)) begin(session);
        else end(session, 'Encryption challenge does not match');
        return;
      case PAYLOAD.output:
        session.program?.input(payload);
        return;
      case PAYLOAD.size: {
        const size = parseJson(payload.toString());
        if (isJsonObject(size)) session.program?.resize({ cols: Number(size.cols), rows: Number(size.rows) });
        return;
      }
      case PAYLOAD.flag:
        if (payload.length === 4 && payload.readUInt32BE(0) === TERMINATE) end(session, '');
    }
  }

  /** The first message of a WebSocket is text with the token; all others are messages of the protocol. */
  function serve(session: Session, socket: WebSocket): void {
    let isOpen = false;
    const resending = setInterval(() => session.channel.resend(), RESEND_MS);
    socket.on('close', () => {
      clearInterval(resending);
      if (session.socket !== socket) return;
      session.socket = undefined;
      session.channel.detach();
    });
    socket.on('error', () => socket.terminate());
    socket.on('message', (data: Buffer) => {
      try {
        if (isOpen) {
          session.idleAt = after(IDLE_MS);
          for (const { payloadType, payload } of session.channel.receive(data))
            take(session, payloadType, payload);
          return;
        }
        const opening = parseJson(data.toString());
        if (!isJsonObject(opening) || opening.TokenValue !== session.token) {
          socket.close(POLICY_VIOLATION, 'The token is not that of the session.');
          return;
        }
        isOpen = true;
        session.socket?.close(NORMAL);
        session.socket = socket;
        session.channel.attach((frame) => {
          if (socket.readyState === socket.OPEN) socket.send(frame);
        });
      } catch {
        socket.close(PROTOCOL_ERROR, 'The frame is not a message of a session.');
      }
    });
  }

  return {
    execute: (target, command) =>
      open('ecs-execute-command', {
        target,
        kmsKeyId: target.kmsKeyId,
        handshake: handshakeFor('InteractiveCommands', { command }, target.kmsKeyId),
        start: (output) => startCommand(target, command, output),
      }),
    forward: (target, to) =>
      open('sandbox', {
        target,
        // The agent never encrypts port sessions with a KMS key: isEncryptionEnabled of agent/session/plugins/sessionplugin/sessionplugin.go,
        // https://github.com/aws/amazon-ssm-agent
        kmsKeyId: undefined,
        handshake: handshakeFor('Port', {
          portNumber: String(to.port),
          type: 'LocalPortForwarding',
          ...(to.host === undefined ? {} : { host: to.host }),
        }),
        start(output, channel) {
          const flag = Buffer.alloc(4);
          flag.writeUInt32BE(CONNECT_TO_PORT_ERROR);
          const portRefused = (): void => channel.send(PAYLOAD.flag, flag);
          return createPortProgram(target, to, { ...output, portRefused });
        },
      }),
    resume(sessionId) {
      const session = sessions.get(sessionId);
      if (session === undefined) return undefined;
      session.token = newToken();
      return shown(session);
    },
    terminate(sessionId) {
      const session = sessions.get(sessionId);
      if (session !== undefined) end(session, '');
      return session !== undefined;
    },
    upgrade(request, socket, head) {
      const path = new URL(request.url ?? '', `http://${host}`).pathname;
      const session = sessions.get(path.slice(DATA_CHANNEL_PATH.length));
      if (!path.startsWith(DATA_CHANNEL_PATH) || session === undefined) {
        socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n');
        return;
      }
      server.handleUpgrade(request, socket, head, (opened) => serve(session, opened));
    },
    close() {
      for (const session of sessions.values()) end(session, '');
      server.close();
    },
  };
}

const TERMINATE = 2;
const CONNECT_TO_PORT_ERROR = 3;

function newToken(): string {
  return randomBytes(48).toString('base64url');
}

function handshakeFor(SessionType: string, Properties: object, KMSKeyId?: string): object {
  const encryption = { ActionType: 'KMSEncryption', ActionParameters: { KMSKeyId } };
  return {
    AgentVersion: AGENT_VERSION,
    RequestedClientActions: [
      { ActionType: 'SessionType', ActionParameters: { SessionType, Properties } },
      ...(KMSKeyId === undefined ? [] : [encryption]),
    ],
  };
}

/** The data key that the client has from KMS, as it names it in its answer to the handshake. */
function encryptedKeyIn(payload: Buffer): Buffer {
  const response = parseJson(payload.toString());
  const actions = isJsonObject(response) ? response.ProcessedClientActions : undefined;
  const all = Array.isArray(actions) ? actions.filter((each) => isJsonObject(each)) : [];
  const result = all.find(({ ActionType }) => ActionType === 'KMSEncryption')?.ActionResult;
  return Buffer.from(isJsonObject(result) ? String(result.KMSCipherTextKey) : '', 'base64');
}

function challengeIn(payload: Buffer): Buffer {
  const response = parseJson(payload.toString());
  return Buffer.from(isJsonObject(response) ? String(response.Challenge) : '', 'base64');
}

function startCommand(target: ExecTarget, command: string, output: ProgramOutput): SessionProgram | string {
  const [path = '', ...rest] = wordsOf(command);
  const name = path.split('/').at(-1) ?? '';
  if (isProgram(name) && target.shell !== 'none')
    return createSimulatedShell(target, output, { words: [name, ...rest] });
  const asksForBash = name === 'bash';
  const isThere = target.shell !== 'none' && (name === 'sh' || (asksForBash && target.shell === 'bash'));
  if (!isThere) {
    return `----------ERROR-------\nUnable to start command: Failed to start pty: fork/exec ${path}: no such file or directory`;
  }
  const prefersBash = asksForBash || command.includes('bash');
  const shell = prefersBash ? target.shell : 'sh';
  const [option, script = '', , ...words] = rest;
  const isScript = option === '-c' && !/\bexec (?:ba)?sh\b/.test(script);
  return createSimulatedShell({ ...target, shell }, output, isScript ? scriptOf(script, words) : undefined);
}

/** One command, or a script that runs the words after it and prints their exit code; other scripts are not simulated. */
function scriptOf(script: string, words: readonly string[]): ShellCommand {
  const [, before, after] = /^"\$@"; printf "([^"%]*)%s([^"%]*)" "\$\?"$/.exec(script) ?? [];
  if (before === undefined || after === undefined) return { words: wordsOf(script) };
  const shown = (text: string): string => text.replaceAll('\\036', '\x1e');
  return { words, report: (status) => `${shown(before)}${status}${shown(after)}` };
}

/** The agent splits a command as a shell would, and runs it without one: words, quotes of both kinds, backslashes. */
function wordsOf(command: string): readonly string[] {
  const words = command.match(/(?:\\.|'[^']*'|"(?:\\.|[^"\\])*"|[^\s'"\\])+/g) ?? [];
  return words.map((word) =>
    word.replaceAll(
      /\\(.)|'([^']*)'|"((?:\\.|[^"\\])*)"/g,
      (_all, escaped?: string, single?: string, double?: string) =>
        escaped ?? single ?? double?.replaceAll(/\\(.)/g, '$1') ?? '',
    ),
  );
}
