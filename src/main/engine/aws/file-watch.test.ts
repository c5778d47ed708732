import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { FSWatcher, watch } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ListClustersCommand } from '@aws-sdk/client-ecs';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startTestSandbox } from '../../../sandbox/testing/sandbox.ts';
import type { Account } from '../../../shared/model/account.ts';
import { DECLINING_PROMPT } from '../testing/declining-prompt.ts';
import { createAccountHandlers } from './account-handlers.ts';
import { openAccounts } from './accounts.ts';
import { createAws } from './clients.ts';
import { openKeptAccounts } from './expected-accounts.ts';
import { watchFiles } from './file-watch.ts';

let home: string;
const cleanUps: (() => unknown)[] = [];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'slipway-watch-'));
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  await rm(home, { recursive: true });
});

/** Watches the accounts; `until` waits for a list that is as wanted, and every later one counts too. */
async function watchAccounts(variables: Readonly<Record<string, string>> = {}) {
  const environment = { HOME: home, ...variables };
  const logger = pino({ level: 'silent' });
  const accounts = await openAccounts({ environment, accounts: [] });
  const aws = createAws({
    environment,
    accounts,
    prompt: DECLINING_PROMPT,
    logger,
    clock: { now: () => new Date() },
  });
  const { 'accounts.watch': watch } = createAccountHandlers({
    accounts,
    aws,
    logger,
    aliases: { of: () => undefined, read: () => Promise.resolve() },
    sandbox: { state: () => undefined },
    keptAccounts: openKeptAccounts({ data: home }),
    environment,
  });
  const end = new AbortController();
  let names: readonly string[] = [];
  let waiting: (() => void)[] = [];
  const watching = watch(
    {},
    {
      signal: end.signal,
      emit(event) {
        names = event.accounts.map(({ name, region }: Account) => `${name} ${region}`);
        for (const wake of waiting.splice(0)) wake();
      },
    },
  );
  watching.catch(() => undefined);
  cleanUps.push(async () => {
    end.abort();
    await expect(watching).rejects.toMatchObject({ code: 'CANCELLED' });
    aws.close();
  });
  return {
    aws,
    next: () => new Promise<void>((wake) => (waiting = [...waiting, wake])),
    until: async (wanted: string) => {
      while (names.join() !== wanted) await new Promise<void>((wake) => (waiting = [...waiting, wake]));
      return names.join();
    },
  };
}

const profile = (name: string, region: string) => `[profile ${name}]\nregion = ${region}\n`;

describe('a change of the shared AWS files reaches the list of accounts', () => {
  it('when the file is written, replaced by a rename and deleted', async () => {
    const config = join(home, '.aws', 'config');
    await mkdir(join(home, '.aws'));
    await writeFile(config, profile('a', 'eu-west-1'));
    const { until } = await watchAccounts();
    expect(await until('a eu-west-1')).toBe('a eu-west-1');
    await writeFile(config, profile('a', 'eu-west-2'));
    expect(await until('a eu-west-2')).toBe('a eu-west-2');
    for (const region of ['eu-west-3', 'eu-north-1']) {
      await writeFile(`${config}.new`, profile('a', region));
      await rename(`${config}.new`, config);
      expect(await until(`a ${region}`)).toBe(`a ${region}`);
    }
    await writeFile(join(home, '.aws', 'credentials'), '[b]\nregion = eu-west-1\n');
    expect(await until('a eu-north-1,b eu-west-1')).toBe('a eu-north-1,b eu-west-1');
    await rm(config);
    expect(await until('b eu-west-1')).toBe('b eu-west-1');
  });

  it('when its folder is created later', async () => {
    const { until } = await watchAccounts();
    expect(await until('')).toBe('');
    await mkdir(join(home, '.aws'));
    await writeFile(join(home, '.aws', 'config'), profile('late', 'eu-west-1'));
    expect(await until('late eu-west-1')).toBe('late eu-west-1');
  });

  it('when the files of AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE change, also behind a link', async () => {
    const dotfiles = join(home, 'dotfiles');
    await mkdir(dotfiles);
    await writeFile(join(dotfiles, 'aws'), profile('linked', 'eu-west-1'));
    await symlink(join(dotfiles, 'aws'), join(home, 'link'));
    const { until } = await watchAccounts({
      AWS_CONFIG_FILE: join(home, 'link'),
      AWS_SHARED_CREDENTIALS_FILE: join(home, 'keys'),
    });
    expect(await until('linked eu-west-1')).toBe('linked eu-west-1');
    await writeFile(join(dotfiles, 'aws'), profile('linked', 'eu-west-2'));
    expect(await until('linked eu-west-2')).toBe('linked eu-west-2');
    await writeFile(join(home, 'keys'), '[keys]\nregion = eu-west-3\n');
    expect(await until('keys eu-west-3,linked eu-west-2')).toBe('keys eu-west-3,linked eu-west-2');
  });
});

it('a sign-in of another program and a new token of a web identity reach the list of accounts', async () => {
  const token = join(home, 'web-token');
  const login = 'arn:aws:iam::123456789012:user/ana';
  await mkdir(join(home, '.aws'));
  await writeFile(
    join(home, '.aws', 'config'),
    [
      '[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = us-east-1',
      '[profile a]\nregion = eu-west-1\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Developer',
      `[profile b]\nregion = eu-west-1\nrole_arn = arn:aws:iam::123456789012:role/r\nweb_identity_token_file = ${token}`,
      `[profile c]\nregion = eu-west-1\nlogin_session = ${login}`,
    ].join('\n'),
  );
  const { until, next } = await watchAccounts();
  await until('a eu-west-1,b eu-west-1,c eu-west-1');
  const nameOf = (hash: string, key: string) => `${createHash(hash).update(key).digest('hex')}.json`;
  for (const file of [
    join(home, '.aws', 'sso', 'cache', nameOf('sha1', 'corp')),
    token,
    join(home, '.aws', 'login', 'cache', nameOf('sha256', login)),
  ]) {
    const told = next();
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, '{}');
    await expect(told).resolves.toBeUndefined();
  }
});

it('the next call after a change of its keys has the new ones', async () => {
  const sandbox = await startTestSandbox({ scenario: 'empty' });
  cleanUps.push(() => sandbox.close());
  const config = join(home, 'config');
  const withKey = (key: string, marker: string) =>
    `${profile('ana', 'us-east-1')}endpoint_url = ${sandbox.endpoint}\naws_access_key_id = ${key}\naws_secret_access_key = ${key}\n${profile('marker', marker)}`;
  await writeFile(config, withKey('sandbox', 'eu-west-1'));
  const { aws, until } = await watchAccounts({
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: '/none',
  });
  expect(await until('ana us-east-1,marker eu-west-1')).toBe('ana us-east-1,marker eu-west-1');
  const list = () => {
    const client = aws.ecs({ account: 'profile:ana', region: 'us-east-1' }, 'visible');
    return client.send(new ListClustersCommand({}));
  };
  await expect(list()).resolves.toBeDefined();
  await writeFile(config, withKey('AKIAUNKNOWN', 'eu-west-2'));
  expect(await until('ana us-east-1,marker eu-west-2')).toBe('ana us-east-1,marker eu-west-2');
  await expect(list()).rejects.toMatchObject({ code: 'AUTH_REQUIRED' });
});

it('files whose folder cannot be watched are polled, and the log says why, until the watch is closed', async () => {
  const logged: string[] = [];
  const file = join(home, 'config');
  const changed = Promise.withResolvers<void>();
  const watching = watchFiles(() => [file], {
    logger: pino({ base: null }, { write: (line) => void logged.push(line) }),
    onChange: () => changed.resolve(),
    watchFolder: () => {
      throw Object.assign(new Error('ENOSPC: System limit for number of file watchers reached'), {
        code: 'ENOSPC',
      });
    },
  });
  expect(logged.join('')).toMatch(/ENOSPC.*cannot be watched; the files are polled/);
  await writeFile(file, 'x');
  await expect(changed.promise).resolves.toBeUndefined();
  watching.close();
});

it.each(['reported', 'polled'])(
  'a change that is %s is told within a second, once it is over',
  async (how) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    cleanUps.push(() => vi.useRealTimers());
    const file = join(home, 'config');
    const report = new EventEmitter();
    const onChange = vi.fn<() => void>();
    const watchFolder = (...[, , listener]: readonly unknown[]): FSWatcher => {
      if (how === 'polled') throw new Error('ENOSPC');
      report.on('change', listener as () => void);
      return Object.assign(new EventEmitter(), { close: () => undefined }) as unknown as FSWatcher;
    };
    const watching = watchFiles(() => [file], {
      logger: pino({ level: 'silent' }),
      onChange,
      watchFolder: watchFolder as typeof watch,
    });
    for (const text of ['[profile a', '[profile a]', '[profile a]\nregion = eu-west-1']) {
      await writeFile(file, text);
      report.emit('change', 'change', 'config');
    }
    vi.advanceTimersByTime(999);
    expect(onChange).toHaveBeenCalledTimes(1);
    watching.close();
  },
);
