import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { ListClustersCommand, type ListClustersCommandOutput } from '@aws-sdk/client-ecs';
import { pino } from 'pino';
import { cancelled } from '../../../shared/errors.ts';
import type { Scope } from '../../../shared/model/account.ts';
import { openAccounts } from '../aws/accounts.ts';
import { createAws } from '../aws/clients.ts';
import { createKnownSecrets, type KnownSecrets } from '../ports/known-secrets.ts';
import type { Clock, Prompt } from '../ports/ports.ts';
import { DECLINING_PROMPT } from './declining-prompt.ts';

type SignInStep = Parameters<Prompt['signIn']>[0];

/** How a person answers a step: allows or denies it in the browser, declines it, wants a code, or does nothing. */
export type Answer = (step: SignInStep, signal: AbortSignal) => Promise<'with-code'> | undefined;

/** What a person enters as the code that the last page shows. */
export type CodeAnswer = Prompt['authorizationCode'];

interface SigningIn {
  /** The folder of the person. */
  readonly home: string;
  /** The shared config file of AWS, with a profile `dev`. */
  readonly config: string;
  readonly clock: Clock;
  readonly answer: Answer;
  /** Without it, the question for a code is declined. */
  readonly enterCode?: CodeAnswer | undefined;
  /** Whether there is nobody to ask, as in a pipeline. */
  readonly isUnattended?: boolean;
}

interface OpenedSigningIn {
  readonly environment: Readonly<Record<'HOME' | 'AWS_CONFIG_FILE' | 'AWS_SHARED_CREDENTIALS_FILE', string>>;
  readonly accounts: Awaited<ReturnType<typeof openAccounts>>;
  readonly aws: ReturnType<typeof createAws>;
  readonly secrets: KnownSecrets;
  /** What the person was asked. */
  readonly steps: readonly SignInStep[];
  /** Pauses between questions to the sign-in service, in milliseconds. */
  readonly waits: readonly number[];
  readonly scopeOf: (profile: string) => Scope;
  /** A call of a profile, `dev` unless it is named. */
  readonly list: (profile?: string) => Promise<ListClustersCommandOutput>;
}

/** AWS with the profiles of a config file, and a person who answers sign-ins. */
export async function openSigningIn({
  home,
  config,
  clock,
  answer,
  enterCode = DECLINING_PROMPT.authorizationCode,
  isUnattended = false,
}: SigningIn): Promise<OpenedSigningIn> {
  const steps: SignInStep[] = [];
  const waits: number[] = [];
  const environment = {
    HOME: home,
    AWS_CONFIG_FILE: join(home, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
  };
  await writeFile(environment.AWS_CONFIG_FILE, config);
  const secrets = createKnownSecrets();
  const accounts = await openAccounts({ environment, accounts: [], secrets });
  const aws = createAws({
    environment,
    clock,
    logger: pino({ level: 'silent' }),
    accounts,
    wait(milliseconds) {
      waits.push(milliseconds);
      return setImmediate();
    },
    prompt: {
      ...DECLINING_PROMPT,
      isUnattended,
      authorizationCode: enterCode,
      signIn(step, signal) {
        steps.push(step);
        const { promise, reject } = Promise.withResolvers<'with-code'>();
        signal.addEventListener('abort', () => reject(cancelled('The sign-in')));
        promise.catch(() => undefined);
        return answer(step, signal) ?? promise;
      },
    },
  });
  const scopeOf = (profile: string) => ({ account: `profile:${profile}`, region: 'us-east-1' });
  const list = (profile = 'dev') => aws.ecs(scopeOf(profile), 'visible').send(new ListClustersCommand({}));
  return { environment, accounts, aws, secrets, steps, waits, scopeOf, list };
}
