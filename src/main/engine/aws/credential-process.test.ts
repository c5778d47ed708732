import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListClustersCommand } from '@aws-sdk/client-ecs';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startTestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { cancelled } from '../../../shared/errors.ts';
import { eventually } from '../../../shared/testing/eventually.ts';
import { createKnownSecrets } from '../ports/known-secrets.ts';
import type { Prompt } from '../ports/ports.ts';
import { DECLINING_PROMPT } from '../testing/declining-prompt.ts';
import { openAccounts } from './accounts.ts';
import { createAws } from './clients.ts';
import { createCredentialProcesses, type ProcessPorts } from './credential-process.ts';

let folder: string;
const cleanUps: (() => unknown)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-process-'));
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  await rm(folder, { recursive: true });
});

const KEYS = '{"Version":1,"AccessKeyId":"sandbox","SecretAccessKey":"sandbox"}';
const PRINTS_KEYS = `echo '${KEYS}'`;
const PLACE = 'line 2 of /home/ana/.aws/config';

function person(answer: Prompt['runCommand']) {
  const runCommand = vi.fn<Prompt['runCommand']>(answer);
  const prompt: Prompt = { ...DECLINING_PROMPT, runCommand };
  return { runCommand, prompt };
}

const allows = () => person(() => Promise.resolve());

function processes(options: Partial<ProcessPorts> = {}) {
  return createCredentialProcesses({
    prompt: allows().prompt,
    environment: {},
    clock: { now: () => new Date() },
    secrets: createKnownSecrets(),
    logger: pino({ level: 'silent' }),
    ...options,
  });
}

const run = (command: string, options: Partial<ProcessPorts> = {}) =>
  processes(options).run({ profile: 'ana', command, place: PLACE });

describe('the command of a profile', () => {
  it('gives credentials to all calls that wait after one question, which is not repeated until it changes', async () => {
    const sandbox = await startTestSandbox({ scenario: 'empty' });
    cleanUps.push(() => sandbox.close());
    const config = join(folder, 'config');
    const environment = { AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: '/none' };
    const logger = pino({ level: 'silent' });
    const { prompt, runCommand } = allows();
    async function list(command: string): Promise<void> {
      await writeFile(
        config,
        `[profile ana]\ncredential_process = ${command}\nregion = us-east-1\nendpoint_url = ${sandbox.endpoint}\n[profile role]\nsource_profile = ana\nrole_arn = arn:aws:iam::123456789012:role/deployer\nregion = us-east-1\nendpoint_url = ${sandbox.endpoint}\n`,
      );
      const accounts = await openAccounts({ environment, accounts: [] });
      const clock = { now: () => new Date() };
      const aws = createAws({ environment, accounts, logger, clock, prompt, paths: { data: folder } });
      const calls = ['ana', 'role', 'ana'].map((profile) => {
        const client = aws.ecs({ account: `profile:${profile}`, region: 'us-east-1' }, 'visible');
        return client.send(new ListClustersCommand({}));
      });
      await Promise.all(calls);
      aws.close();
    }
    await list(PRINTS_KEYS);
    await list(PRINTS_KEYS);
    const shown = PRINTS_KEYS.replace('"SecretAccessKey":"sandbox"', '"SecretAccessKey":"[hidden]"');
    const first = { profile: 'ana', command: shown, place: `line 2 of ${config}` };
    expect(runCommand.mock.calls).toEqual([[first]]);
    await list(`${PRINTS_KEYS} `.replace('echo', 'printf %s'));
    expect(runCommand).toHaveBeenCalledTimes(2);
    // Digests, because a command can contain a password.
    expect(await readFile(join(folder, 'credential-commands.json'), 'utf8')).not.toContain('echo');
  });

  it('does not run when the person declines, and the sentence says how to be asked again', async () => {
    const declined = person(() => Promise.reject(cancelled('The question')));
    const file = join(folder, 'ran');
    await expect(run(`touch ${file}`, declined)).rejects.toMatchObject({
      code: 'AUTH_REQUIRED',
      message: `ana gets its credentials from a command (${PLACE}), which was not allowed to run. Sign in to ana to be asked again.`,
    });
    await expect(readFile(file)).rejects.toThrow('ENOENT');
  });

  it('runs without a question where there is nobody to ask', async () => {
    const { prompt, runCommand } = person(() => Promise.reject(cancelled('The question')));
    const credentials = await run(PRINTS_KEYS, { prompt: { ...prompt, isUnattended: true } });
    expect(credentials.accessKeyId).toBe('sandbox');
    expect(runCommand).not.toHaveBeenCalled();
  });

  it('is shown without the secrets in it', async () => {
    const { prompt, runCommand } = person(() => Promise.reject(cancelled('The question')));
    const command = 'vault --token hunter2 --password=hunter2 read "AKIAIOSFODNN7EXAMPLE" prod';
    await expect(run(command, { prompt })).rejects.toMatchObject({ code: 'AUTH_REQUIRED' });
    expect(runCommand.mock.calls[0]?.[0].command).toBe(
      'vault --token [hidden] --password=[hidden] read "[hidden]" prod',
    );
  });
});

describe('a command that gives no credentials is named with its line:', () => {
  const expired = KEYS.replace('}', ',"Expiration":"2020-01-01T00:00:00Z"}');
  it.each([
    [
      'that it failed, with what it wrote',
      'echo "The vault is sealed" >&2; exit 3',
      'failed with exit code 3. It wrote: The vault is sealed.',
    ],
    ['that it asked for input, which it does not get', 'read name || exit 4', 'failed with exit code 4.'],
    ['that it printed something else', 'echo Hello', 'did not print the JSON of credentials'],
    [
      'that it printed something else, with what it wrote without secrets',
      'echo "Sign in first, token=hunter2-hunter2" >&2; echo Hello',
      'did not print the JSON of credentials: Version 1, AccessKeyId and SecretAccessKey. It wrote: Sign in first, token=[hidden].',
    ],
    [
      'that it printed another version',
      `echo '${KEYS.replace('1', '2')}'`,
      'did not print the JSON of credentials',
    ],
    ['that it printed nothing', 'true', 'did not print the JSON of credentials'],
    [
      'that its credentials have expired',
      `echo '${expired}'`,
      'printed credentials that expired at 2020-01-01T00:00:00.000Z',
    ],
    [
      'that the end of its credentials is not a time',
      `echo '${KEYS.replace('}', ',"Expiration":"tomorrow"}')}'`,
      'printed an Expiration that is not an ISO 8601 time',
    ],
    ['that it printed without an end', 'yes', 'printed more than 64 KB and was stopped'],
    ['that it wrote errors without an end', 'yes >&2', 'printed more than 64 KB and was stopped'],
    ['that it does not exist', 'no-such-command-of-ana', 'failed with exit code 127.'],
  ])('%s', async (_what, command, sentence) => {
    await expect(run(command)).rejects.toMatchObject({
      code: 'AUTH_REQUIRED',
      message: expect.stringContaining(`The credential_process of the profile ana (${PLACE}) ${sentence}`),
    });
  });

  it('that it took too long, once what it has started is ended too', async () => {
    const file = join(folder, 'started');
    const tooLong = new AbortController();
    // What sleeps in the background has the output open: without its end there would be no answer.
    const running = run(`sleep 600 & touch ${file}; wait`, { timeLimit: () => tooLong.signal });
    running.catch(() => undefined);
    await eventually(() => readFile(file));
    tooLong.abort();
    await expect(running).rejects.toMatchObject({
      code: 'AUTH_REQUIRED',
      message: expect.stringContaining('took longer than two minutes and was stopped.'),
    });
  });

  it('without the secrets that it wrote', async () => {
    const secrets = createKnownSecrets();
    secrets.add('correct horse battery');
    const wrote = `{"SecretAccessKey": "hunter2", "x": 1} --token hunter2 password=hunter2 https://ana:hunter2@vault.example correct horse battery wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY`;
    const error: unknown = await run(`echo '${wrote}' >&2; exit 1`, { secrets }).catch(
      (reason: unknown) => reason,
    );
    expect(String(error)).toContain('It wrote: {"SecretAccessKey": "[hidden]"');
    expect(String(error)).not.toMatch(/hunter2|horse|wJalr/);
  });

  it.each([
    ['{"Version":1,"AccessKeyId":"ana","SecretAccessKey":"hunter2","SessionToken":"hunter2"}', '"Version":1'],
    ['GET https://vault.example/creds?role=shop&token=hunter2 failed', 'role=shop&token=[hidden] failed'],
    ['Authorization: Basic hunter2', 'Authorization: Basic [hidden]'],
    ['token = hunter2', 'token = [hidden]'],
    ["{'password': 'hunter2'}", "{'password': '[hidden]'}"],
    ['<html>password=hunter2</html>', 'password=[hidden]'],
    ['login --password "correct hunter2" -v', 'login --password "[hidden]" -v'],
    ['login --password=correct,hunter2;hunter2 -v', 'login --password=[hidden] -v'],
    ['{"secret": {"value": "hunter2"}, "role": "shop"}', '{"secret": {"[hidden]}, "role": "shop"}'],
    [String.raw`{"error":"{\"password\":\"hunter2\"}"}`, String.raw`\"password\":\"[hidden]`],
    [
      'get https://ana:correct,hunter2@vault.example/creds failed',
      'get https://[hidden]@vault.example/creds',
    ],
  ])('without the secret in %s', async (wrote, rest) => {
    const secret = wrote.replaceAll("'", String.raw`'\''`);
    const error: unknown = await run(`echo '${secret}' >&2; exit 1`).catch((reason: unknown) => reason);
    expect(String(error)).not.toContain('hunter2');
    expect(String(error)).toContain(rest);
  });

  it('after many dashes, which are read at once', async () => {
    const dashes = "head -c 60000 /dev/zero | tr '\\0' '-'";
    await expect(run(`(${dashes}; echo '" --token hunter2') >&2; exit 1`)).rejects.toThrow(
      '--token [hidden]',
    );
  });
});
