import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readlinkSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a second start tells the first one. */
export interface SecondStart {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly data: unknown;
}

export interface SingleInstance {
  release(): void;
}

/** Tries for a while: the first one may have its lock and not listen yet. */
const NOTIFY = `
const { connect } = require('node:net');
const [path, message] = process.argv.slice(1);
const end = Date.now() + 10000;
(function notify() {
  const socket = connect(path, () => socket.end(message));
  socket.on('data', (answer) => process.exit(String(answer) === 'ACK' ? 0 : 1));
  socket.on('error', () => (Date.now() < end ? setTimeout(notify, 20) : process.exit(1)));
})();`;

/**
 * The lock of Chromium's ProcessSingleton on POSIX (chrome/browser/process_singleton_posix.cc), which
 * `app.requestSingleInstanceLock` takes in the folder of `userData`: a link `SingletonLock` that names host and process,
 * and a link `SingletonSocket` to a socket in a folder of its own. A lock whose process has ended is taken over.
 * Answers nothing when another process has the lock; that one was told of this start.
 */
export function claimSingleInstance(
  userData: string,
  start: SecondStart,
  onSecondStart: (start: SecondStart) => void,
): SingleInstance | undefined {
  mkdirSync(userData, { recursive: true });
  const lock = join(userData, 'SingletonLock');
  const socketLink = join(userData, 'SingletonSocket');
  if (!takeLock(lock)) {
    const message = JSON.stringify(start);
    const { status } = spawnSync(process.execPath, ['-e', NOTIFY, readlinkSync(socketLink), message]);
    if (status === 0) return undefined;
    throw new Error(`The process that holds ${lock} does not answer.`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'slipway-singleton-'));
  const socket = join(folder, 'socket');
  rmSync(socketLink, { force: true });
  symlinkSync(socket, socketLink);
  const server = listen(socket, onSecondStart);
  return {
    release() {
      server.close();
      rmSync(folder, { recursive: true, force: true });
      rmSync(socketLink, { force: true });
      rmSync(lock, { force: true });
    },
  };
}

function takeLock(lock: string): boolean {
  try {
    symlinkSync(`${hostname()}-${process.pid}`, lock);
    return true;
  } catch {
    const owner = Number(readlinkSync(lock).split('-').at(-1));
    if (isAlive(owner)) return false;
    unlinkSync(lock);
    return takeLock(lock);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function listen(path: string, onSecondStart: (start: SecondStart) => void): Server {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => undefined);
    socket.on('end', () => {
      onSecondStart(JSON.parse(Buffer.concat(chunks).toString()) as SecondStart);
      socket.end('ACK');
    });
  });
  server.listen(path);
  // Electron's own loop does not end with it.
  server.unref();
  return server;
}
