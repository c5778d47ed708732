import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine } from '../../engine/engine.ts';
import { createKnownSecrets } from '../../engine/ports/known-secrets.ts';
import type { Prompt } from '../../engine/ports/ports.ts';
import { DECLINING_PROMPT } from '../../engine/testing/declining-prompt.ts';
import { run } from '../testing/run.ts';

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'slipway-scope-'));
});
afterEach(() => rm(home, { recursive: true }));

/** As in a pipeline: there is no terminal. */
const NOBODY: Prompt = { ...DECLINING_PROMPT, isUnattended: true };

type Variables = Readonly<Record<string, string>>;

/** Runs `slipway status` with these variables and these AWS files. */
async function status(args: readonly string[], variables: Variables, config = '') {
  await writeFile(join(home, 'config'), config);
  const environment = {
    HOME: home,
    AWS_CONFIG_FILE: join(home, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
    ...variables,
  };
  return run(['status', ...args], {
    environment,
    openEngine: () =>
      createEngine({
        environment,
        paths: { data: join(home, 'data') },
        clock: { now: () => new Date() },
        logger: pino({ level: 'silent' }),
        secrets: createKnownSecrets(),
        host: { host: 'cli', version: '1.2.3' },
        accounts: [],
        prompt: NOBODY,
      }),
  });
}

describe('a command without usable credentials exits with 6 and', () => {
  it('says how to sign in when the session of a profile has expired', async () => {
    const config = [
      '[profile prod]',
      'region = eu-west-1',
      'sso_session = corp',
      'sso_account_id = 111122223333',
      'sso_role_name = r',
      '[sso-session corp]',
      'sso_start_url = https://corp.example/start',
      'sso_region = eu-west-1',
    ].join('\n');
    const { code, out, err } = await status(['-p', 'prod'], {}, config);
    expect(err).toContain('aws sso login --profile prod');
    expect({ code, out }).toEqual({ code: 6, out: '' });
  });

  it('names a profile that does not exist', async () => {
    const { code, err } = await status(['-p', 'nope'], {});
    expect(err).toContain("The profile nope doesn't exist");
    expect(code).toBe(6);
  });

  it('names the profile of AWS_PROFILE before the default one, and the keys of the environment before both', async () => {
    const files =
      '[profile other]\nsource_profile = gone\nrole_arn = arn:aws:iam::1:role/x\n[default]\nregion = eu-west-1';
    const chosen = await status([], { AWS_PROFILE: 'other', AWS_REGION: 'eu-west-1' }, files);
    expect(chosen).toMatchObject({ code: 6, err: expect.stringContaining('The profile other') });
    const older = await status([], { AWS_DEFAULT_PROFILE: 'other', AWS_REGION: 'eu-west-1' }, files);
    expect(older).toMatchObject({ code: 6, err: expect.stringContaining('The profile other') });
    const missing = await status([], { AWS_PROFILE: 'gone', AWS_REGION: 'eu-west-1' }, files);
    expect(missing).toMatchObject({ code: 6, err: expect.stringContaining('The profile gone, which') });
    const keys = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 's', AWS_PROFILE: 'other' };
    const withKeys = await status([], keys, files.replace('region = eu-west-1', ''));
    expect(withKeys).toMatchObject({
      code: 2,
      err: expect.stringContaining('The account environment names no region'),
    });
  });

  it('names the variable that is missing beside AWS_ACCESS_KEY_ID', async () => {
    const variables = { AWS_ACCESS_KEY_ID: 'AKID', AWS_REGION: 'eu-west-1' };
    const { code, err } = await status([], variables, '[default]\nregion = eu-west-1');
    expect(err).toContain('The environment has no AWS_SECRET_ACCESS_KEY.');
    expect(code).toBe(6);
  });

  it('says what there could be when there are none at all', async () => {
    const variables = { AWS_EC2_METADATA_DISABLED: 'true', AWS_REGION: 'eu-west-1' };
    const { code, err } = await status([], variables);
    expect(err).toContain('There are no AWS credentials.');
    expect(err).toContain('The sandbox (--sandbox) needs none.');
    expect(code).toBe(6);
    const instance = await status([], {});
    expect(instance).toMatchObject({
      code: 2,
      err: expect.stringContaining('The sandbox (--sandbox) needs no account.'),
    });
  });
});

describe('the region of a command', () => {
  it('is refused with exit code 2 where none is named', async () => {
    const { code, err } = await status(['-p', 'a'], {}, '[profile a]\nrole_arn = arn:aws:iam::1:role/x');
    // A profile that cannot work says so before the region that would not help.
    expect(err).toMatch(
      /^The profile a \(line 1 of .*\) has a role_arn, .* The account a names no region\. Choose one with -r/,
    );
    expect(code).toBe(2);
  });

  it('is refused with what is wrong with the files where there is no profile either', async () => {
    const { code, err } = await status([], { AWS_CONFIG_FILE: home });
    expect(err).toContain(`${home} could not be read: it is not a regular file.`);
    expect(err).toContain('There are no AWS credentials in the environment and no profile default.');
    expect(code).toBe(2);
  });
});
