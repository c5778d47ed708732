import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { cancelled } from '../../../../shared/errors.ts';
import type { KnownSecrets } from '../../ports/known-secrets.ts';
import type { Clock, Logger, Prompt } from '../../ports/ports.ts';
import { readTokenFile, writeTokenFile } from './token-file.ts';

export interface SignInPorts {
  readonly clock: Clock;
  readonly prompt: Prompt;
  readonly secrets: KnownSecrets;
  readonly logger: Logger;
  /** Waits between two polls; real time where it is missing. */
  readonly wait?: ((milliseconds: number, signal: AbortSignal) => Promise<unknown>) | undefined;
  /** Calls back after each change of the files. */
  readonly watch: (files: readonly string[], onChange: () => void) => { close(): void };
}

/** What the tokens of one way to sign in have. */
interface TokenRules<Token> {
  readonly shape: z.ZodType<Token>;
  readonly expiresAt: (token: Token) => string;
  readonly secretsOf: (token: Token) => readonly (string | undefined)[];
  /** Whether it needs no renewal yet. */
  readonly isUsable: (token: Token) => boolean;
}

/** How a token is replaced. */
interface Replacement<Token> {
  /** Without a person: a new token, or the old one where it is still good; undefined where one has to sign in. */
  readonly renew: (old: Token) => Promise<Token | undefined>;
  /** Asks a person, until the signal aborts. */
  readonly signIn: (signal: AbortSignal) => Promise<Token>;
}

export interface KeptTokens<Token> {
  /** The one that ends last of the file and of memory. */
  find(file: string): Token | undefined;
  /**
   * A new token, once for all who ask at the same time. A person is asked where the old one cannot be renewed; a sign-in
   * in a terminal, such as `aws sso login`, ends the question. Rejects with CANCELLED where nobody can be asked.
   */
  replace(file: string, replacement: Replacement<Token>): Promise<Token>;
  /** Renews a token that needs it, and asks nobody. Rejects with what `renew` rejects with. */
  renew(file: string, renew: Replacement<Token>['renew']): Promise<void>;
}

/** Tokens in the files of the AWS CLI; in memory where a file cannot be written. Whatever is found is hidden. */
export function createKeptTokens<Token extends object>(
  { shape, expiresAt, secretsOf, isUsable }: TokenRules<Token>,
  { prompt, secrets, logger, watch }: SignInPorts,
): KeptTokens<Token> {
  /** Those that could not be written, for as long as Slipway runs. */
  const kept = new Map<string, Token>();
  const inProgress = new Map<string, Promise<Token>>();
  const renewals = new Map<string, Promise<void>>();

  function read(file: string): Token | undefined {
    const token = readTokenFile(file, shape);
    if (token !== undefined) secrets.add(...secretsOf(token));
    return token;
  }

  function find(file: string): Token | undefined {
    const [inFile, inMemory] = [read(file), kept.get(file)];
    if (inFile === undefined || inMemory === undefined) return inFile ?? inMemory;
    return Date.parse(expiresAt(inFile)) >= Date.parse(expiresAt(inMemory)) ? inFile : inMemory;
  }

  function keep(file: string, token: Token): Token {
    secrets.add(...secretsOf(token));
    try {
      writeTokenFile(file, token);
      kept.delete(file);
    } catch (error) {
      logger.warn({ err: error }, 'A sign-in could not be kept for the AWS CLI.');
      kept.set(file, token);
    }
    return token;
  }

  async function renewIfNeeded(file: string, renew: Replacement<Token>['renew']): Promise<void> {
    const old = find(file);
    if (old === undefined || isUsable(old)) return;
    const renewed = await renew(old);
    if (renewed !== undefined && renewed !== old) keep(file, renewed);
  }

  /** The token of a renewal that is in progress: it can be renewed once only. */
  async function ofRenewal(file: string): Promise<Token | undefined> {
    const renewal = renewals.get(file);
    if (renewal === undefined) return undefined;
    await renewal.catch(() => undefined);
    const token = find(file);
    return token !== undefined && isUsable(token) ? token : undefined;
  }

  async function newToken(file: string, { renew, signIn }: Replacement<Token>): Promise<Token> {
    const fresh = await ofRenewal(file);
    if (fresh !== undefined) return fresh;
    const before = read(file);
    const old = find(file);
    const renewed = old && (await renew(old));
    if (renewed !== undefined) return renewed === old ? renewed : keep(file, renewed);
    const fromElsewhere = (): Token | undefined => {
      const token = read(file);
      return token !== undefined && isUsable(token) && !isDeepStrictEqual(token, before) ? token : undefined;
    };
    // Another program may have renewed it at the same moment, and a refresh token is good once.
    const found = fromElsewhere();
    if (found !== undefined) return found;
    if (prompt.isUnattended === true) throw cancelled('The sign-in');
    return ask(file, fromElsewhere, signIn);
  }

  async function ask(
    file: string,
    fromElsewhere: () => Token | undefined,
    signIn: (signal: AbortSignal) => Promise<Token>,
  ): Promise<Token> {
    const over = new AbortController();
    const elsewhere = Promise.withResolvers<Token>();
    const watching = watch([file], () => {
      const token = fromElsewhere();
      if (token !== undefined) elsewhere.resolve(token);
    });
    const asked = signIn(over.signal).then((token) => (over.signal.aborted ? token : keep(file, token)));
    asked.catch(() => undefined);
    try {
      return await Promise.race([asked, elsewhere.promise]);
    } finally {
      watching.close();
      over.abort();
    }
  }

  return {
    find,
    replace(file, replacement) {
      const running = inProgress.get(file);
      if (running !== undefined) return running;
      const started = newToken(file, replacement).finally(() => inProgress.delete(file));
      inProgress.set(file, started);
      return started;
    },
    renew(file, renew) {
      const running = renewals.get(file);
      if (running !== undefined || inProgress.has(file)) return running ?? Promise.resolve();
      const started = renewIfNeeded(file, renew).finally(() => renewals.delete(file));
      renewals.set(file, started);
      return started;
    },
  };
}
