import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { Agent, type AgentOptions } from 'node:http';
import { Duplex, type Readable, type Writable } from 'node:stream';
import { SlipwayError } from '../../../shared/errors.ts';
import { asSentence } from './docker-errors.ts';
import type { DockerEndpoint } from './endpoint.ts';

type Variables = Readonly<Record<string, string | undefined>>;
type SshEndpoint = Extract<DockerEndpoint, { readonly kind: 'ssh' }>;

/** Of what `ssh` says before it ends. */
const MOST_WORDS = 2_000;

/**
 * Connections to an Engine of another machine, each through an `ssh` of its own, as the Docker command line makes them.
 * Destroying the agent ends the programs.
 */
export class SshAgent extends Agent {
  readonly #endpoint: SshEndpoint;
  readonly #environment: Variables;

  constructor(endpoint: SshEndpoint, environment: Variables, options: AgentOptions) {
    super(options);
    this.#endpoint = endpoint;
    this.#environment = environment;
  }

  override createConnection(): Duplex {
    return connectThroughSsh(this.#endpoint, this.#environment);
  }
}

type Ssh = ChildProcessByStdio<Writable, Readable, Readable>;

function connectThroughSsh(endpoint: SshEndpoint, environment: Variables): Duplex {
  const child: Ssh = spawn('ssh', [...endpoint.args], {
    env: { ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (words.length < MOST_WORDS) words += text;
  });
  const { stdin, stdout } = child;
  const connection = new Duplex({
    write: (chunk: Buffer, _encoding, done) => void stdin.write(chunk, done),
    final: (done) => void stdin.end(done),
    read: () => void stdout.resume(),
    destroy(error, done) {
      child.kill();
      done(error);
    },
  });
  stdout.on('data', (chunk: Buffer) => {
    if (!connection.push(chunk)) stdout.pause();
  });
  // The end of the program says more than a pipe that breaks.
  for (const pipe of [stdin, stdout]) pipe.on('error', () => undefined);
  child.on('error', (cause) => connection.destroy(notStarted(endpoint, cause)));
  child.on('close', (code) => {
    if (code === 0) connection.push(null);
    else connection.destroy(ended(endpoint, words));
  });
  return connection;
}

function notStarted({ address, from }: SshEndpoint, cause: Error): SlipwayError {
  return new SlipwayError(
    'DOCKER_UNAVAILABLE',
    `The Docker Engine at ${address} (${from}) is reached through ssh, which cannot be started. Install OpenSSH, or choose another Engine.`,
    { cause },
  );
}

function ended({ address, from, host }: SshEndpoint, words: string): SlipwayError {
  const said = words.trim().split('\n').at(-1)?.trim() ?? '';
  const reason = said === '' ? 'ssh ended without a word.' : asSentence(said);
  return new SlipwayError(
    'DOCKER_UNAVAILABLE',
    `The Docker Engine at ${address} (${from}) cannot be reached: ${reason} Make “ssh ${host} docker version” work with a key, and try again.`,
    { retryable: true },
  );
}
