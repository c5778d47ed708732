import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KnownAccount } from '../aws/accounts.ts';
import { cliCommands } from './cli-commands.ts';
import { shellWord } from './shell-words.ts';
import type { PlannedAction } from './stored-plan.ts';

const REF = { account: 'profile:shop', region: 'eu-central-1', cluster: 'main', service: 'web' };
const SANDBOX: KnownAccount = {
  account: { id: 'sandbox', name: 'sandbox', region: 'us-east-1', kind: 'sandbox', environment: 'sandbox' },
  source: { kind: 'fixed', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } },
  endpoints: { ecs: 'http://127.0.0.1:4566' },
};
const PROFILE: KnownAccount = {
  ...SANDBOX,
  source: { kind: 'profile', profile: "ana's shop", asksForCode: false },
  endpoints: {},
};
const ARN = 'arn:aws:ecs:eu-central-1:111122223333:task-definition/web:42';
const CONTENT = {
  family: 'web',
  containerDefinitions: [
    {
      name: 'app',
      image: 'acme/web:1',
      environment: [{ name: 'TEXT', value: 'it\'s "$HOME" `x` \\n\nEND' }],
    },
  ],
};

let folder: string;

/** A folder with an `aws` that writes each of its arguments on a line, NUL at the end, and answers an ARN. */
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cli-'));
  writeFileSync(
    path.join(folder, 'aws'),
    `#!/bin/sh\nfor word in "$@"; do printf '%s\\0' "$word" >> calls; done\nprintf '\\1' >> calls\necho ${ARN}\n`,
  );
  chmodSync(path.join(folder, 'aws'), 0o755);
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the commands of an action with a real shell and answers the words that `aws` was given, call by call. */
function run(action: PlannedAction, known = PROFILE): readonly (readonly string[])[] {
  const script = cliCommands({ ref: REF, service: {}, action, content: CONTENT }, known).join('\n');
  const calls = path.join(folder, 'calls');
  writeFileSync(calls, '');
  execFileSync('sh', ['-euc', script], { cwd: folder, env: { PATH: `${folder}:${process.env.PATH}` } });
  return readFileSync(calls, 'utf8')
    .split('\u0001')
    .filter((call) => call !== '')
    .map((call) => call.split('\0').slice(0, -1));
}

describe('the commands of a plan', () => {
  it('register the content to the letter and hand the revision on', () => {
    const [register = [], update = []] = run({ kind: 'update', register: { from: 'web:41', images: [] } });
    expect(register).toContain("ana's shop");
    expect(register.join(' ')).toBe(
      "ecs register-task-definition --profile ana's shop --region eu-central-1 --cli-input-json file://web.json --query taskDefinition.taskDefinitionArn --output text",
    );
    expect(JSON.parse(readFileSync(path.join(folder, 'web.json'), 'utf8'))).toEqual(CONTENT);
    expect(update.join(' ')).toBe(
      `ecs update-service --profile ana's shop --region eu-central-1 --cluster main --service web --task-definition ${ARN}`,
    );
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

  it('give a shell any text as one word', () => {
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
