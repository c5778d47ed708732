import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FleetRowState } from '../../../shared/model/fleet.ts';
import { lockKey } from '../../engine/ledger/ledger-keys.ts';
import { CLUSTER, type FleetEngine, openFleetEngine } from '../../engine/testing/fleet-engine.ts';
import type { Ran, RunOptions } from '../testing/run.ts';
import { type CliEngine, openCliEngine } from '../testing/test-engine.ts';

let fleet: FleetEngine;
let cli: CliEngine;

beforeEach(async () => {
  fleet = await openFleetEngine(['one', 'two', 'three'], ['one']);
  cli = await openCliEngine({}, fleet.sandbox);
});
afterEach(async () => {
  await cli.close();
  await fleet.close();
});

const TOOLS = ['bulk', '-c', CLUSTER];

/** What --json prints. */
interface Answer {
  readonly result: string;
  readonly sentence: string;
  readonly release: string;
  readonly waves: readonly (readonly { readonly service: string; readonly state: FleetRowState }[])[];
}

function bulk(args: readonly string[], options?: RunOptions): Promise<Ran> {
  return cli.slipway([...TOOLS, ...args], options);
}

async function prepare(...args: readonly string[]): Promise<string> {
  const { code, out, err } = await cli.slipway(args);
  if (code !== 0) throw new Error(`${out}${err}`);
  return out;
}

function answerOf({ out }: Ran): Answer {
  return JSON.parse(out) as Answer;
}

function statesOf({ waves }: Answer): readonly (readonly string[])[] {
  return waves.map((wave) => wave.map(({ service, state }) => `${service} ${state}`));
}

describe('slipway bulk', () => {
  it('deploys an image to the services of a cluster that use its repository, in the waves of --waves', async () => {
    const { code, out, err } = await bulk(['-i', 'web:1.9.0', '--waves', '1,rest', '--why', 'a test']);
    expect(err).toContain('wave 1: tools/one\n  wave 2: tools/three, tools/two\n');
    expect(out).toMatch(/^tools\/one +1 +Succeeded/m);
    expect(out).toMatch(/^tools\/two +2 +Succeeded/m);
    expect(out).toContain('3 of 3 updated.\n');
    expect(code).toBe(0);
    const again = await bulk(['-i', 'web:1.9.0']);
    expect(again.out).toBe('All 3 services run this already, so nothing was sent.\n');
    expect(again.code).toBe(0);
  });

  it('exits with 1 when a service fails, and --resume continues with what was held back', async () => {
    const failed = await bulk(['-i', 'web:unhealthy', '--json']);
    const answer = answerOf(failed);
    expect(statesOf(answer)).toEqual([['one failed'], ['three held-back', 'two held-back']]);
    expect(answer.sentence).toContain(`\`slipway bulk --resume ${answer.release}\` continues`);
    expect(failed.code).toBe(1);
    const resumed = await cli.slipway(['bulk', '--resume', answer.release, '--json']);
    expect(statesOf(answerOf(resumed))).toEqual([['one failed'], ['three succeeded', 'two succeeded']]);
    expect(resumed.code).toBe(1);
  });

  it('exits with 5 at a pause, and --resume starts the next wave', async () => {
    const args = ['-n', 'two', '-n', 'tools/three', '-i', 'web:1.9.0', '--waves', '1', '--json'];
    const paused = await bulk([...args, '--pause', 'after-first']);
    const { release, ...answer } = answerOf(paused);
    expect(answer).toMatchObject({
      result: 'paused',
      sentence: expect.stringContaining('waits for a person'),
    });
    expect(paused.code).toBe(5);
    const resumed = await cli.slipway(['bulk', '--resume', release, '--json']);
    expect(statesOf(answerOf(resumed))).toEqual([['three succeeded'], ['two succeeded']]);
    expect(resumed.code).toBe(0);
  });

  it('waits with --wait-lock for the lock of a service that another release has, and plans it again', async () => {
    const { endpoint, credentials, region } = fleet.sandbox;
    await prepare('ledger', 'create');
    const version = /"version":"([^"]+)"/.exec(await prepare('call', 'environments.rules', '{}'))?.[1];
    const rule = { cluster: CLUSTER, ledger: { table: 'slipway-ledger' } };
    const change = { kind: 'add', at: 0, rule };
    await prepare('call', 'environments.changeRules', JSON.stringify({ version, change }));
    const dynamodb = new DynamoDBClient({ endpoint, credentials, region });
    const lockUntil = (until: number) =>
      dynamodb.send(
        new PutItemCommand({
          TableName: 'slipway-ledger',
          Item: marshall({
            ...lockKey({ region, cluster: CLUSTER, service: 'two' }),
            holder: 'release-of-ana',
            until,
            since: new Date().toISOString(),
            host: 'ci-7',
            what: 'deploy: 1.8.1',
          }),
        }),
      );
    await lockUntil(Date.now() + 3_600_000);
    const args = ['-n', 'two', '-i', 'web:1.9.0', '--json'];
    const refused = await bulk(args);
    expect(statesOf(answerOf(refused))).toEqual([['two stale']]);
    let givenBack: Promise<unknown> | undefined;
    const waited = await bulk([...args, '--wait-lock', '10m'], {
      onErr(text) {
        if (text.includes('Waiting for the lock: 1 of 1 (deploy: 1.8.1)')) givenBack ??= lockUntil(0);
      },
    });
    await givenBack;
    dynamodb.destroy();
    expect(statesOf(answerOf(waited))).toEqual([['two succeeded']]);
    const changes = await prepare('journal', '-c', CLUSTER, '-n', 'two', '--json');
    expect(JSON.parse(changes).entries).toMatchObject([{ kind: 'deploy', outcome: 'succeeded' }]);
  });

  it('prints the waves with --dry-run, and sends nothing', async () => {
    const { code, out } = await bulk(['-i', 'web:1.9.0', '--waves', '2', '--dry-run']);
    expect(out).toBe(
      'Deploy web:1.9.0 to 3 services\n  wave 1: tools/one, tools/three\n  wave 2: tools/two\n',
    );
    expect(code).toBe(0);
    expect(await fleet.runs('one')).toBe('one:1');
  });

  it('is refused for a failed check until --override names it', async () => {
    await fleet.forbidMoving('two');
    const args = ['-n', 'two', '-i', 'web:1.9.0', '--json'];
    const refused = await bulk(args);
    expect(refused.err).toContain('(--override movement)');
    expect(refused.err).toMatch(/Nothing was sent\. tools\/two: /);
    expect(refused.code).toBe(2);
    expect(await fleet.runs('two')).toBe('two:1');
    const timeUp = new AbortController();
    const ended = await bulk([...args, '--override', 'movement', '--timeout', '60'], {
      timeout: (ms) => (ms === 60_000 ? timeUp.signal : new AbortController().signal),
      onErr: abortAt(timeUp, /^tools\/two: Deploying\. .*(?:accepted|running)/),
    });
    expect(answerOf(ended)).toMatchObject({
      result: 'in-progress',
      sentence: expect.stringMatching(/^Time is up\. What was sent to tools\/two continues\./),
    });
    expect(ended.code).toBe(4);
    expect(await fleet.runs('two')).toBe('two:2');
  });

  it('says what was sent and how to continue when it is interrupted, and exits with 130', async () => {
    const interrupt = new AbortController();
    const { code, out } = await cli.slipwayAtStandstill([...TOOLS, '-i', 'web:1.9.0'], {
      interrupt: interrupt.signal,
      onErr: abortAt(interrupt, /^tools\/one: Deploying\. .*(?:accepted|running)/),
    });
    expect(out).toMatch(/^tools\/two +2 +Waiting/m);
    expect(out).toMatch(
      /^Interrupted\. What was sent to tools\/one continues\. No further service is changed\. `slipway bulk --resume \S+` continues with the rest\.$/m,
    );
    expect(code).toBe(130);
  });

  it('rolls back what it has changed when the time of --timeout is up, and exits with 1', async () => {
    const timeUp = new AbortController();
    const args = ['-i', 'web:1.9.0', '--timeout', '60', '--on-timeout', 'roll-back', '--json'];
    const ended = await bulk(args, {
      timeout: (ms) => (ms === 60_000 ? timeUp.signal : new AbortController().signal),
      onErr: abortAt(timeUp, /^tools\/one: Deploying\. .*(?:accepted|running)/),
    });
    expect(ended.err).toContain('The release takes longer than 60 s. Rolling back what it has changed.\n');
    const answer = answerOf(ended);
    expect(answer).toMatchObject({
      result: 'rolled-back',
      sentence: expect.stringMatching(/^The release took longer than 60 s and was rolled back\. /),
    });
    expect(statesOf(answer)).toEqual([['one rolled-back'], ['three held-back', 'two held-back']]);
    expect(ended.code).toBe(1);
    expect(await fleet.runs('one')).toBe('one:1');
  });

  it('sets the outputs of a step in GitHub Actions, its summary and an annotation for each service that failed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'slipway-runner-'));
    const [output, summary] = ['output', 'summary'].map((name) => join(folder, name));
    const environment = { GITHUB_ACTIONS: 'true', GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary };
    const { code, err } = await bulk(['-i', 'web:unhealthy'], { environment });
    expect(code).toBe(1);
    const outputs = readFileSync(output ?? '', 'utf8').replace(/<<(\S+)\n([\s\S]*?)\n\1\n/g, '=$2\n');
    expect(outputs).toMatch(
      /^outcome=failed\ncause=.+ tools\/one: .+\nrelease-id=[0-9a-f-]{36}\nsucceeded=0\nfailed=1\nrolled-back=0\nheld-back=2\n$/,
    );
    const markdown = readFileSync(summary ?? '', 'utf8');
    expect(markdown).toMatch(/^### ❌ Deploy web:unhealthy to 3 services\n/);
    expect(markdown).toContain('| 1 | tools/one | Failed |');
    expect(markdown).toContain('| 2 | tools/three | Held back |');
    expect(err).toMatch(/^::error title=tools\/one::/m);
    expect(err).toMatch(/^::error title=Deploy web%3Aunhealthy to 3 services::/m);
    rmSync(folder, { recursive: true });
  });

  it.each([
    [['-i', 'other:1'], 'No service of the cluster tools uses an image of other.'],
    [
      ['-i', 'web:1', '-n', 'four'],
      "The service four doesn't use an image of web. Those that do: tools/one,",
    ],
    [['--waves', '1'], 'Name the image with -i, or a release with --resume.'],
    [
      ['--resume', '0b8f8d4e-3d0c-4a68-9b5c-0f0c7b0f9a01', '--waves', '1'],
      '--resume continues a release as it was planned. Leave out --waves',
    ],
    [['-i', 'web:1', '--waves', 'all'], 'Give the sizes of the waves, such as 1,5,rest.'],
    [['--resume', 'bf1b6a2e-7c5c-4b1e-9d0f-0a4a6f5d3c21'], 'bulk'],
  ])('is refused with exit code 2 for %j', async (args, sentence) => {
    const { code, err, out } = await bulk(args);
    expect(err).toContain(sentence);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  it('is refused in production without --confirm and says what to add', async () => {
    const { code, err, out } = await cli.slipway(['bulk', '-n', 'production/web', '-i', 'web:1.9.0']);
    expect(err).toContain('Add --confirm web.');
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });
});

function abortAt(controller: AbortController, pattern: RegExp): (text: string) => void {
  return (text) => {
    if (pattern.test(text)) controller.abort();
  };
}
