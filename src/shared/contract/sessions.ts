import { z } from 'zod';
import { textUpTo } from '../model/bounded.ts';
import { lazyStrictObject } from '../model/lazy-objects.ts';
import {
  ExecReadiness,
  ForwardEvent,
  SessionEnd,
  SessionId,
  ShellEvent,
  TerminalSize,
} from '../model/session.ts';
import { TaskRef } from '../model/task-detail.ts';
import { Done, type Methods } from './method.ts';
import { releasesMethods } from './releases.ts';

const { why, confirmation } = releasesMethods['releases.execute'].input.shape;
const Port = z.int().min(1).max(65_535);
/** A name or an address. Nothing of it can be read as a parameter of another kind. */
const RemoteHost = textUpTo(253).regex(
  /^[A-Za-z0-9_:][A-Za-z0-9_.:-]*$/,
  'is not the name or address of a host',
);

/** What a session is opened with. */
const Target = {
  ...TaskRef.shape,
  container: textUpTo(255).min(1).optional().describe('default: the only one'),
  why,
  confirmation: confirmation.describe('the name of the service, where the rules ask for it'),
} as const;

/** ECS Exec: shells in containers, and ports of them. */
export const sessionsMethods = {
  'sessions.check': {
    kind: 'query',
    about: 'Says whether ECS Exec can reach a task, what is missing, and the containers with their ports.',
    input: TaskRef,
    output: ExecReadiness,
  },
  'sessions.open': {
    kind: 'stream',
    about:
      'Opens a command in a container (ExecuteCommand), a shell by default, and streams its output until it ends. Cancelled, it ' +
      'ends the session (TerminateSession). The journal has who and when, never what. Output stops when 1 MiB was not ' +
      'confirmed with `read` of sessions.write.',
    input: lazyStrictObject(() => ({
      ...Target,
      command: textUpTo(2_000).min(1).optional().describe('default: bash or sh, cmd.exe on Windows'),
      ...TerminalSize.shape,
    })),
    event: ShellEvent,
    output: SessionEnd,
  },
  'sessions.write': {
    kind: 'change',
    about: 'Sends input to a session of the same client, and confirms output.',
    input: lazyStrictObject(() => ({
      session: SessionId,
      data: textUpTo(100_000).optional().describe('base64'),
      read: z.int().min(0).optional().describe('bytes of output that were shown so far'),
    })),
    output: Done,
  },
  'sessions.resize': {
    kind: 'change',
    about: 'Tells a session the size of its terminal.',
    input: lazyStrictObject(() => ({ session: SessionId, ...TerminalSize.shape })),
    output: Done,
  },
  'sessions.forward': {
    kind: 'stream',
    about:
      'Forwards a port of 127.0.0.1 to a port of a container, or of a host that it reaches (StartSession), until it is ' +
      'cancelled. The rules hold as for sessions.open.',
    input: lazyStrictObject(() => ({
      ...Target,
      port: Port.describe('of the container, or of the host'),
      host: RemoteHost.optional().describe('default: the container itself'),
      localPort: Port.optional().describe('default: a free one'),
    })),
    event: ForwardEvent,
    output: SessionEnd,
  },
} as const satisfies Methods;
