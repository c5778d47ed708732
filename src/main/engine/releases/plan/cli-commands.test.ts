import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox } from '../../../../sandbox/start.ts';
import { isInstalled } from '../../../../sandbox/testing/installed-program.ts';
import { USUAL_ENDPOINTS } from '../../aws/endpoints.ts';
import type { KnownAccount } from '../../aws/known-account.ts';
import { shellWord } from '../../ecs/shell-words.ts';
import type { PlannedAction } from '../model/stored-plan.ts';
import { cliCommands, type PlannedSend, registerCommands } from './cli-commands.ts';

const REF = { account: 'profile:shop', region: 'eu-central-1', cluster: 'main', service: 'web' };
const SANDBOX: KnownAccount = {
  account: { id: 'sandbox', name: 'sandbox', region: 'us-east-1', kind: 'sandbox', environment: 'sandbox' },
  source: { kind: 'fixed', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } },
  endpoints: { ecs: 'http://127.0.0.1:4566' },
  variants: USUAL_ENDPOINTS,
};
const PROFILE: KnownAccount = {
  ...SANDBOX,
  source: { kind: 'profile', profile: "ana's shop", asksForCode: false, fingerprint: '' },
  endpoints: {},
};
const ARN = 'arn:aws:ecs:eu-central-1:111122223333:task-definition/web:42';
/** All that may mean something to a shell, a terminal, or the end of the input. */
const HOSTILE = `it's "$HOME" \`touch mark\` $(touch mark) ) \\ \\n\nEND_OF_INPUT\n\u202e\u009b31m # case x in x) ;; '`;
const CONTENT = {
  family: 'web',
  cpu: '256',
  containerDefinitions: [
    {
      name: 'app',
      image: 'acme/web:1',
      environment: [{ name: 'TEXT', value: HOSTILE }],
    },
  ],
};

let folder: string;

/** A folder with an `aws` that writes down its words, NUL after each, and its input, and returns an ARN. */
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cli-'));
  writeFileSync(
    path.join(folder, 'aws'),
    `#!/bin/sh
cd ${folder}
for word in "$@"; do printf '%s\\0' "$word" >> calls; done
printf '\\1' >> calls
case "$*" in *file:///dev/stdin*) cat /dev/stdin > input;; esac
echo ${ARN}
`,
  );
  chmodSync(path.join(folder, 'aws'), 0o755);
});

afterAll(() => rmSync(folder, { recursive: true }));

const SHELLS = ['sh', 'bash', 'bash --posix'];

/** Runs the commands of an action with a real shell and returns the words that `aws` was given, call by call. */
function run(
  action: PlannedAction,
  known = PROFILE,
  content: PlannedSend['content'] = CONTENT,
  shell = 'sh',
): readonly (readonly string[])[] {
  const script = cliCommands({ ref: REF, service: {}, action, content }, known).join('\n');
  const calls = path.join(folder, 'calls');
  writeFileSync(calls, '');
  const work = mkdtempSync(path.join(folder, 'work-'));
  const [program = '', ...options] = shell.split(' ');
  execFileSync(program, [...options, '-euc', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: work,
    env: { PATH: `${folder}:${process.env.PATH}` },
  });
  expect(readdirSync(work)).toEqual([]);
  return readFileSync(calls, 'utf8')
    .split('\u0001')
    .filter((call) => call !== '')
    .map((call) => call.split('\0').slice(0, -1));
}

describe('the commands of a plan', () => {
  const register: PlannedAction = { kind: 'update', register: { from: 'web:41', images: [] } };
  const input = (): unknown => JSON.parse(readFileSync(path.join(folder, 'input'), 'utf8'));

  it.each(SHELLS)(
    'register the exact content in %s, leave it in no file and pass the revision on',
    (shell) => {
      const [registered = [], update = []] = run(register, PROFILE, CONTENT, shell);
      expect(registered).toContain("ana's shop");
      expect(registered.join(' ')).toBe(
        "ecs register-task-definition --profile ana's shop --region eu-central-1 --family=web --cpu 256 --container-definitions file:///dev/stdin --query taskDefinition.taskDefinitionArn --output text",
      );
      expect(input()).toEqual(CONTENT.containerDefinitions);
      expect(update.join(' ')).toBe(
        `ecs update-service --profile ana's shop --region eu-central-1 --cluster main --service web --task-definition ${ARN}`,
      );
    },
  );

  it.each([
    '../../etc/cron.d/x',
    '/tmp/x',
    '-rf',
    '$(touch mark)',
    '`touch mark`',
    "'; touch mark; '",
    '~/.bashrc',
  ])('write no file for the family %s', (family) => {
    const content = { ...CONTENT, family };
    const [registered = []] = run(register, PROFILE, content);
    expect(registered).toContain(`--family=${family}`);
    expect(input()).toEqual(CONTENT.containerDefinitions);
  });

  it('show every character, and escape terminal control characters', () => {
    const commands = cliCommands({ ref: REF, service: {}, action: register, content: CONTENT }, PROFILE);
    expect(commands.join('\n')).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  });

  it('name an endpoint without its user and password', () => {
    const known = { ...SANDBOX, endpoints: { ecs: 'https://ana:hunter2@aws.example:8443' } };
    const [update = []] = run({ kind: 'update', desiredCount: 1 }, known);
    expect(update).toContain('https://aws.example:8443');
  });

  it('send only what changes', () => {
    const settings = {
      deploymentConfiguration: { maximumPercent: 150, alarms: { alarmNames: ["5xx's"], enable: true } },
      enableExecuteCommand: false,
      healthCheckGracePeriodSeconds: 0,
    };
    const [update = []] = run(
      { kind: 'update', desiredCount: 0, forceNewDeployment: true, settings },
      SANDBOX,
    );
    expect(update.join(' ')).toBe(
      'ecs update-service --region eu-central-1 --endpoint-url http://127.0.0.1:4566 --cluster main --service web ' +
        '--desired-count 0 --no-enable-execute-command --health-check-grace-period-seconds 0 ' +
        '--deployment-configuration {"alarms":{"alarmNames":["5xx\'s"],"enable":true,"rollback":false},"maximumPercent":150} ' +
        '--force-new-deployment',
    );
  });

  it('stop a deployment', () => {
    const deploymentArn = 'arn:aws:ecs:eu-central-1:111122223333:service-deployment/main/web/abc';
    expect(run({ kind: 'stop', deploymentArn })[0]?.slice(-4).join(' ')).toBe(
      `--service-deployment-arn ${deploymentArn} --stop-type ROLLBACK`,
    );
  });

  it('quote any text as one word of a shell', () => {
    const text = fc.string({ unit: 'binary' }).filter((each) => !each.includes('\0'));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 20 }), (texts) => {
        const words = texts.map(shellWord).join(' ');
        const said = execFileSync('sh', ['-c', `printf '%s\\0' ${words}`], { encoding: 'utf8' });
        expect(said).toBe(texts.map((each) => `${Buffer.from(each).toString()}\0`).join(''));
      }),
      { numRuns: 30 },
    );
  });
});

const HAS_AWS = isInstalled('aws');

/** Each call starts a Python interpreter, which takes seconds where much else runs. */
describe.skipIf(!HAS_AWS)('the real AWS command line', () => {
  it.each(['sh', 'bash'])('registers what %s passes on standard input', async (shell) => {
    const sandbox = await startSandbox({ scenario: 'empty' });
    try {
      const known = { ...SANDBOX, endpoints: { ecs: sandbox.endpoint } };
      const content = { ...CONTENT, family: '-web', networkMode: 'bridge' as const, memory: '512' };
      const [command] = registerCommands({ ref: { ...REF, region: sandbox.region }, content }, known);
      const { stdout } = await promisify(execFile)(shell, ['-euc', `${command}\nprintf %s "$revision"`], {
        env: {
          PATH: process.env.PATH,
          HOME: folder,
          AWS_ACCESS_KEY_ID: 'sandbox',
          AWS_SECRET_ACCESS_KEY: 'sandbox',
          AWS_EC2_METADATA_DISABLED: 'true',
        },
      });
      const ecs = new ECSClient({ ...sandbox, endpoint: sandbox.endpoint });
      const { taskDefinition } = await ecs.send(
        new DescribeTaskDefinitionCommand({ taskDefinition: stdout }),
      );
      expect(taskDefinition).toMatchObject(content);
    } finally {
      await sandbox.close();
    }
  });
});
