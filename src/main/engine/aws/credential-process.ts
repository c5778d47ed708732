import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { AwsCredentialIdentity } from '@smithy/types';
import { z } from 'zod';
import { SlipwayError } from '../../../shared/errors.ts';
import { mayBeSecret } from '../../../shared/looks-secret.ts';
import { lazyObject } from '../../../shared/model/lazy-objects.ts';
import { visibleText } from '../../../shared/visible-text.ts';
import type { KnownSecrets } from '../ports/known-secrets.ts';
import type { Clock, Logger, Paths, Prompt } from '../ports/ports.ts';
import { replacePrivateFile } from '../storage/private-files.ts';
import type { Variables } from './shared-config.ts';

/** The command of a profile that prints credentials. */
export interface CredentialProcess {
  readonly profile: string;
  readonly command: string;
  /** For example `line 4 of /home/ana/.aws/config`. */
  readonly place: string;
}

export interface CredentialProcesses {
  /**
   * Runs a command and returns the credentials that it prints. A person is asked before the first run of each command;
   * where there is nobody to ask it runs, as with the AWS CLI. Rejects with AUTH_REQUIRED, or CANCELLED when the person
   * declines.
   * https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
   */
  run(source: CredentialProcess): Promise<AwsCredentialIdentity>;
}

export interface ProcessPorts {
  readonly prompt: Prompt;
  readonly environment: Variables;
  readonly clock: Clock;
  readonly secrets: KnownSecrets;
  readonly logger: Logger;
  /** Where the commands that were allowed are kept; in memory only where it is missing. */
  readonly paths?: Paths | undefined;
  /** Aborts when a command has taken too long; two minutes where it is missing. */
  readonly timeLimit?: (() => AbortSignal) | undefined;
}

const LONGEST_MS = 120_000;
/** Credentials have about two kilobytes. */
const MOST_BYTES = 64 * 1024;
const MOST_ALLOWED = 200;

const CredentialsJson = lazyObject(() => ({
  Version: z.literal(1),
  AccessKeyId: z.string().min(1),
  SecretAccessKey: z.string().min(1),
  // Programs print null for what they do not have, and the AWS CLI takes it.
  SessionToken: z.string().nullish(),
  Expiration: z.string().nullish(),
  AccountId: z.string().nullish(),
}));
const Allowed = z.array(z.string());

export function createCredentialProcesses(ports: ProcessPorts): CredentialProcesses {
  const inMemory = new Set<string>();
  const asking = new Map<string, Promise<void>>();
  const file = ports.paths === undefined ? undefined : join(ports.paths.data, 'credential-commands.json');

  /** None for a damaged file: then the person is asked again. */
  function kept(): readonly string[] {
    if (file === undefined) return [];
    try {
      return Allowed.parse(JSON.parse(readFileSync(file, 'utf8')));
    } catch {
      return [];
    }
  }

  function keep(digest: string): void {
    inMemory.add(digest);
    if (file === undefined) return;
    try {
      replacePrivateFile(file, JSON.stringify([...kept(), digest].slice(-MOST_ALLOWED)));
    } catch (error) {
      ports.logger.warn({ err: error }, 'An allowed credential_process was not kept; it is asked for again.');
    }
  }

  async function ask({ profile, command, place }: CredentialProcess, digest: string): Promise<void> {
    const shown = visibleText(withoutSecretWords(ports.secrets.hide(command)));
    await ports.prompt.runCommand({ profile, command: shown, place: visibleText(place) });
    keep(digest);
  }

  /** Once for all who wait. */
  async function allow(source: CredentialProcess): Promise<void> {
    if (ports.prompt.isUnattended === true) return;
    const digest = createHash('sha256').update(source.command).digest('base64url');
    if (inMemory.has(digest) || kept().includes(digest)) return;
    const asked = asking.get(digest) ?? ask(source, digest).finally(() => asking.delete(digest));
    asking.set(digest, asked);
    await asked;
  }

  return {
    async run(source) {
      await allow(source).catch((error: unknown) => {
        throw error instanceof SlipwayError && error.code === 'CANCELLED' ? notAllowed(source, error) : error;
      });
      return credentialsIn(await printedBy(source, ports), source, ports);
    },
  };
}

function notAllowed({ profile, place }: CredentialProcess, cause: Error): SlipwayError {
  return new SlipwayError(
    'AUTH_REQUIRED',
    `${profile} gets its credentials from a command (${place}), which was not allowed to run. Sign in to ${profile} to be asked again.`,
    { cause },
  );
}

interface Printed {
  readonly output: string;
  /** The end of its standard error, without what may be a secret. */
  readonly written: string;
}

/** What a command prints. It has no input and no terminal, and ends with all that it has started. */
async function printedBy(source: CredentialProcess, ports: ProcessPorts): Promise<Printed> {
  const limit = ports.timeLimit?.() ?? AbortSignal.timeout(LONGEST_MS);
  const isGroup = process.platform !== 'win32';
  const child = spawn(source.command, {
    shell: true,
    env: { ...ports.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: isGroup,
    windowsHide: true,
  });
  const stop = (): void => stopAll(child, isGroup);
  limit.addEventListener('abort', stop, { once: true });
  try {
    const [end, output, errors] = await Promise.all([
      endOf(child),
      readUpTo(child.stdout, MOST_BYTES, stop),
      readUpTo(child.stderr, MOST_BYTES, stop),
    ]);
    const written = excerptOf(errors ?? '', ports.secrets);
    if (limit.aborted) throw failed(source, 'took longer than two minutes and was stopped', written);
    if (output === undefined || errors === undefined)
      throw failed(source, 'printed more than 64 KB and was stopped', '');
    if (end !== 'exit code 0') throw failed(source, `failed with ${end}`, written);
    return { output, written };
  } finally {
    limit.removeEventListener('abort', stop);
  }
}

function stopAll(child: ChildProcess, isGroup: boolean): void {
  if (child.pid === undefined) return;
  try {
    if (isGroup) process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    // It has ended by itself meanwhile.
  }
}

function endOf(child: ChildProcess): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  child.on('error', () => resolve('no shell to run it in'));
  child.on('close', (code, signal) => resolve(signal === null ? `exit code ${code}` : signal));
  return promise;
}

/** Undefined where it is more, which is not read any further. */
async function readUpTo(stream: Readable, most: number, stop: () => void): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > most) stop();
    else chunks.push(chunk);
  }
  return bytes > most ? undefined : Buffer.concat(chunks).toString();
}

function credentialsIn(
  { output, written }: Printed,
  source: CredentialProcess,
  { clock, secrets }: ProcessPorts,
): AwsCredentialIdentity {
  const printed = CredentialsJson.safeParse(parsed(output)).data;
  if (printed === undefined) {
    throw failed(
      source,
      'did not print the JSON of credentials: Version 1, AccessKeyId and SecretAccessKey',
      written,
    );
  }
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration, AccountId } = printed;
  secrets.add(SecretAccessKey, SessionToken ?? undefined);
  const expiration = typeof Expiration === 'string' ? timeOf(Expiration) : undefined;
  if (expiration !== undefined && Number.isNaN(expiration.getTime()))
    throw failed(source, 'printed an Expiration that is not an ISO 8601 time', '');
  if (expiration !== undefined && expiration <= clock.now())
    throw failed(source, `printed credentials that expired at ${expiration.toISOString()}`, '');
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(SessionToken ? { sessionToken: SessionToken } : {}),
    ...(expiration === undefined ? {} : { expiration }),
    ...(AccountId ? { accountId: AccountId } : {}),
  };
}

/** An invalid Date for what is not a time. ISO 8601 has a form without separators too, such as 20301224T180000Z, which `Date` does not read. */
function timeOf(text: string): Date {
  return new Date(text.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})/, '$1-$2-$3T$4:$5:$6'));
}

function parsed(output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    return undefined;
  }
}

const LONGEST_EXCERPT = 300;

/** The end of what a command wrote to its standard error, on one line, without what may be a secret. */
function excerptOf(text: string, secrets: KnownSecrets): string {
  const line = withoutSecretWords(secrets.hide(text).replaceAll(/\s+/g, ' ').trim());
  return visibleText(line.length > LONGEST_EXCERPT ? `…${line.slice(-LONGEST_EXCERPT)}` : line);
}

/** What surrounds words: JSON, queries of addresses and quotes too. */
const BETWEEN_WORDS = /([\s,;&?(){}<>[\]"'|\\]+)/;
const NAMED_VALUE = /^(?<name>-*\w[\w.-]*)[=:](?<value>.+)$/;
/** The first word of a header's value, before the secret. */
const SCHEME = /^(?:bearer|basic|digest|token)$/i;
/** It may have characters that surround words elsewhere. */
const PASSWORD_IN_ADDRESS = /:\/\/[^\s/:@]*:[^\s/@]+@/g;

/** Also `--token x`, `token = x`, `"SecretAccessKey":"x"`, `?token=x` and `Authorization: Bearer x`. */
function withoutSecretWords(text: string): string {
  let before = '';
  let name = '';
  let endOfSecret: RegExp | undefined;
  return text
    .replaceAll(PASSWORD_IN_ADDRESS, '://[hidden]@')
    .split(BETWEEN_WORDS)
    .map((word, index, words) => {
      if (endOfSecret !== undefined) {
        const end = word.search(endOfSecret);
        if (end === -1) return '';
        endOfSecret = undefined;
        return word.slice(end);
      }
      // The words between have odd numbers.
      if (index % 2 === 1 || word === '') return word;
      if (/^[=:]+$/.test(word)) {
        name = before;
        return word;
      }
      const ofWord = NAMED_VALUE.exec(word)?.groups;
      const isNamed = mayBeSecret(ofWord?.name ?? name, ofWord?.value ?? word);
      // `--token x` and `token: x`: the next word is the value.
      const nextName = SCHEME.test(word) ? name : /^-|[=:]$/.test(word) && ofWord === undefined ? word : '';
      before = word;
      name = nextName;
      if (mayBeSecret('', word)) return '[hidden]';
      if (!isNamed || nextName !== '') return word;
      endOfSecret = endAfter(words[index - 1] ?? '');
      return ofWord?.value === undefined
        ? '[hidden]'
        : `${word.slice(0, word.length - ofWord.value.length)}[hidden]`;
    })
    .join('');
}

/** Where a secret ends: at the quote or bracket that closes what is open in front of it, otherwise at a space. */
function endAfter(opening: string): RegExp {
  if (opening.includes('{')) return /\}/;
  if (opening.includes('[')) return /\]/;
  if (opening.endsWith('"')) return /(?<!\\)"/;
  return opening.endsWith("'") ? /'/ : /\s/;
}

function failed({ profile, place }: CredentialProcess, what: string, written: string): SlipwayError {
  const wrote = written === '' ? '' : ` It wrote: ${/[.!?]$/.test(written) ? written : `${written}.`}`;
  return new SlipwayError(
    'AUTH_REQUIRED',
    `The credential_process of the profile ${profile} (${place}) ${what}.${wrote} Run the command in a terminal to check it.`,
  );
}
