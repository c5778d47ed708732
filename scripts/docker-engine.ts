import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { type RequestOptions, request } from 'node:http';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { endOf } from './child-process.ts';

const LONGEST_START_MS = 60_000;
const LONGEST_STOP_MS = 20_000;

/** A Docker Engine for the tests. */
export interface TestEngine {
  /** As in `DOCKER_HOST`. */
  readonly host: string;
  /** Stops it and removes what it has stored, if it was started for the tests. */
  stop(): Promise<void>;
}

/** Where a Docker Engine may answer: what the environment names, else the usual sockets. */
export function engineCandidates(
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): readonly string[] {
  const named = environment.SLIPWAY_TEST_DOCKER_HOST ?? environment.DOCKER_HOST;
  if (named) return [named];
  if (platform === 'win32') return [];
  const runtime = environment.XDG_RUNTIME_DIR;
  return [
    'unix:///var/run/docker.sock',
    ...(runtime ? [`unix://${runtime}/docker.sock`] : []),
    `unix://${homedir()}/.docker/run/docker.sock`,
  ];
}

/** The first of the engines that answers. */
export async function findEngine(candidates: readonly string[]): Promise<TestEngine | undefined> {
  for (const host of candidates) {
    if (await answers(host)) return { host, stop: async () => undefined };
  }
  return undefined;
}

/**
 * Starts a Docker Engine of our own with everything it stores in a temporary folder. It changes nothing of the
 * machine's network, and needs root. Throws with the end of its log when it does not come up.
 *
 * @param dockerd the file of the daemon
 */
export async function startPrivateEngine(dockerd: string, signal: AbortSignal): Promise<TestEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-docker-'));
  const host = `unix://${join(folder, 'docker.sock')}`;
  const log = openSync(join(folder, 'dockerd.log'), 'a');
  const daemon = spawn(dockerd, daemonArguments(folder, host), {
    stdio: ['ignore', log, log],
    detached: true,
    // The daemon starts containerd and others, which may lie beside it and not on the path.
    env: { ...process.env, PATH: [process.env.PATH, dirname(dockerd)].join(delimiter) },
  });
  closeSync(log);
  const ended = endOf(daemon).catch(() => undefined);
  const stop = async (): Promise<void> => {
    await stopDaemon(daemon, ended);
    unmountBelow(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  if (await comesUp(host, daemon, signal)) return { host, stop };
  const end = readFileSync(join(folder, 'dockerd.log'), 'utf8').trim().split('\n').slice(-5).join('\n');
  await stop();
  throw new Error(`dockerd did not start. The end of its log:\n${end}`);
}

function daemonArguments(folder: string, host: string): readonly string[] {
  return [
    ['--data-root', join(folder, 'data')],
    ['--exec-root', join(folder, 'exec')],
    ['--pidfile', join(folder, 'docker.pid')],
    ['--host', host],
    ['--iptables=false', '--ip6tables=false', '--bridge=none'],
  ].flat();
}

async function comesUp(host: string, daemon: ChildProcess, signal: AbortSignal): Promise<boolean> {
  const deadline = Date.now() + LONGEST_START_MS;
  while (Date.now() < deadline && !signal.aborted && isRunning(daemon)) {
    if (await answers(host)) return true;
    await pause(200);
  }
  return false;
}

async function stopDaemon(daemon: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (!isRunning(daemon)) return;
  daemon.kill('SIGTERM');
  const timer = setTimeout(() => daemon.kill('SIGKILL'), LONGEST_STOP_MS);
  await ended;
  clearTimeout(timer);
}

/** The network of the host stays mounted when dockerd has ended, once a container has used it; a mount can't be removed. */
function unmountBelow(folder: string): void {
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
  const paths = mounts
    .map((mount) => mount.split(' ')[1] ?? '')
    .filter((path) => path.startsWith(`${folder}/`));
  for (const path of paths.toReversed()) spawnSync('umount', ['--lazy', path]);
}

function isRunning(daemon: ChildProcess): boolean {
  return daemon.pid !== undefined && daemon.exitCode === null && daemon.signalCode === null;
}

function answers(host: string): Promise<boolean> {
  const target = pingTarget(host);
  if (target === undefined) return Promise.resolve(false);
  return new Promise((resolve) => {
    const ping = request({ ...target, path: '/_ping', timeout: 3000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    ping.on('timeout', () => ping.destroy());
    ping.on('error', () => resolve(false));
    ping.end();
  });
}

/** How to reach an engine over plain HTTP; nothing for a kind of address that the tests do not use. */
export function pingTarget(host: string): RequestOptions | undefined {
  if (host.startsWith('unix://')) return { socketPath: host.slice('unix://'.length) };
  const url = URL.parse(host);
  if (url?.protocol === 'tcp:') return { host: url.hostname, port: url.port || '2375' };
  return undefined;
}
