import { CreateServiceCommand, ECSClient } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliEngine, openCliEngine } from '../testing/test-engine.ts';

let cli: CliEngine;

beforeAll(async () => {
  cli = await openCliEngine();
});
afterAll(() => cli.close());

const STAGING = ['-c', 'staging', '-n', 'web'];

/** The image version that a service runs. */
async function imageOf(...service: readonly string[]): Promise<string> {
  const { out } = await cli.slipwayAtStandstill(['status', ...service, '--json']);
  const { service: detail } = JSON.parse(out) as { service: { imageVersion: string } };
  return detail.imageVersion;
}

describe('slipway deploy', () => {
  it('deploys an image to the containers of its repository and exits with 0 when ECS says that it succeeded', async () => {
    const { code, out, err } = await cli.slipway([
      'deploy',
      ...STAGING,
      '-i',
      'web:2.0.0',
      '--why',
      'a test',
    ]);
    expect(err).toContain('Deploy web:2.0.0 to web');
    expect(err).toMatch(/RegisterTaskDefinition \(staging-web:\d+\): done\nUpdateService .+: done/);
    expect(out).toMatch(/^staging-web:\d+ deployed in .+\.\n$/);
    expect(code).toBe(0);
    expect(await imageOf(...STAGING)).toBe('2.0.0');
    const history = await cli.slipwayAtStandstill(['history', ...STAGING]);
    expect(history.out).toMatch(/Succeeded .+a test\n/);
  });

  it('sends nothing and exits with 0 when the service runs the image already', async () => {
    await cli.slipway(['deploy', ...STAGING, '-i', 'web:2.0.0']);
    const { code, out, err } = await cli.slipway(['deploy', ...STAGING, '-i', 'web:2.0.0']);
    expect(err).toContain('  unchanged: This changes nothing\n');
    expect(err).not.toContain('failed');
    expect(out).toBe('web runs this already, so nothing was sent. --force starts a new deployment anyway.\n');
    expect(code).toBe(0);
  });

  it('starts a deployment of the same revision with --force', async () => {
    const { code, out } = await cli.slipway(['deploy', ...STAGING, '--force', '--json']);
    expect(JSON.parse(out)).toMatchObject({
      result: 'succeeded',
      release: { kind: 'deploy' },
      deployment: { outcome: 'succeeded' },
    });
    expect(code).toBe(0);
  });

  it('sets bounds, grace period, variables and the number of tasks', async () => {
    const { code, err } = await cli.slipway([
      'deploy',
      ...STAGING,
      '--min',
      '50',
      '--max',
      '150',
      '--desired',
      '3',
      '--set',
      'LOG_LEVEL=warn',
    ]);
    expect(err).toContain('minimum healthy: 100 % → 50 %');
    expect(err).toContain('app environment LOG_LEVEL: debug → warn');
    expect(err).toContain('desired count: 2 → 3');
    expect(code).toBe(0);
  });

  it('is refused in production without --confirm and says what to add', async () => {
    const { code, err, out } = await cli.slipway(['deploy', '-c', 'production', '-n', 'search', '--force']);
    expect(err).toContain('Nothing was sent, because production/search is production. Add --confirm search.');
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  it('deploys to production with --confirm', async () => {
    const { code, out } = await cli.slipway([
      'deploy',
      '-c',
      'production',
      '-n',
      'search',
      '--force',
      '--confirm',
      'search',
    ]);
    expect(out).toMatch(/^search:\d+ deployed in/);
    expect(code).toBe(0);
  });

  it('is refused for an image that does not exist, before anything is sent', async () => {
    const { code, err, out } = await cli.slipway(['deploy', ...STAGING, '-i', 'web:no-such']);
    expect(err).toContain(`Nothing was sent. The image of app doesn't exist: ${cli.registry}/web:no-such`);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  it.each([
    [
      ['-c', 'staging', '-n', 'pricing', '--force'],
      "The service pricing isn't in the cluster staging, but in production.",
    ],
    [
      ['-c', 'staging', '-n', 'nope', '--force'],
      'There is no service nope in the cluster staging. Its services: checkout,',
    ],
    [
      ['-c', 'nope', '-n', 'web', '--force'],
      'There is no cluster nope in us-east-1. Its clusters: production, staging, tools.',
    ],
    [[...STAGING, '-i', 'other:1'], 'No container of the service uses other. Its containers: app ('],
    [[...STAGING], 'The command names no change.'],
    [['-c', 'staging'], 'Name the service with -n.'],
    [
      ['-c', 'production', '-n', 'checkout', '--set', 'A=1'],
      'The service has the containers app and proxy. Name the one that gets A: --set CONTAINER:A=VALUE.',
    ],
    [[...STAGING, '--min', '101'], 'Give a whole number from 0 to 100.'],
    [[...STAGING, '--wait-until', 'never'], 'Give accepted, done, paused, or stage:'],
    [[...STAGING, '--wait-until', 'stage:BAKETIME'], 'ECS has no such stage. Did you mean stage:BAKE_TIME?'],
    [[...STAGING, '--wait-until', 'stage:clean-up'], 'ECS has no such stage. Did you mean stage:CLEAN_UP?'],
  ])('is refused with exit code 2 for %j', async (args, sentence) => {
    const { code, err, out } = await cli.slipway(['deploy', ...args]);
    expect(err).toContain(sentence);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  it('does not wait with --wait-until accepted', async () => {
    const { code, out } = await cli.slipwayAtStandstill([
      'deploy',
      ...STAGING,
      '--force',
      '--wait-until',
      'accepted',
    ]);
    expect(out).toMatch(/^ECS accepted: /);
    expect(code).toBe(0);
    const watched = await cli.slipway(['watch', ...STAGING]);
    expect(watched.code).toBe(0);
    // So soon after the deployment there are no values to compare.
    expect(watched.err).toMatch(/^Since the last deployment: Not enough data\. /m);
  });

  it('exits with 4 and says where it stands when the time is up, and leaves the deployment alone', async () => {
    const timeout = new AbortController();
    const { code, out } = await cli.slipwayAtStandstill(
      ['deploy', ...STAGING, '--force', '--timeout', '60'],
      {
        timeout: (ms) => (ms === 60_000 ? timeout.signal : new AbortController().signal),
        onErr: (text) => {
          if (/accepted|running/.test(text)) timeout.abort();
        },
      },
    );
    expect(out).toMatch(
      /^Time is up, and the deployment continues\. .+ `slipway watch -c staging -n web` follows it\.\n$/,
    );
    expect(code).toBe(4);
    expect((await cli.slipway(['watch', ...STAGING])).code).toBe(0);
  });

  it('rolls back when the time is up and --on-timeout says so, and exits with 1', async () => {
    await cli.slipway(['deploy', ...STAGING, '-i', 'web:1.10.1']);
    const timeout = new AbortController();
    const args = ['deploy', ...STAGING, '-i', 'web:2.0.0', '--timeout', '60', '--on-timeout', 'roll-back'];
    const { code, out } = await cli.slipway(args, {
      timeout: (ms) => (ms === 60_000 ? timeout.signal : new AbortController().signal),
      onErr: (text) => {
        if (/accepted|running/.test(text)) timeout.abort();
      },
    });
    expect(out).toMatch(/^The deployment took longer than 60 s and was rolled back\. /);
    expect(code).toBe(1);
    expect(await imageOf(...STAGING)).toBe('1.10.1');
  });

  it('says that nothing was sent when it is interrupted before that, and exits with 130', async () => {
    const args = ['deploy', ...STAGING, '--force'];
    const ended = await cli.slipwayAtStandstill(args, { interrupt: AbortSignal.abort() });
    expect(ended).toEqual({
      code: 130,
      out: '',
      err: 'Interrupted. Nothing was sent that changes anything.\n',
    });
  });

  it('names what was sent when it is interrupted, and exits with 130', async () => {
    const interrupt = new AbortController();
    const { code, out } = await cli.slipwayAtStandstill(['deploy', ...STAGING, '--force'], {
      interrupt: interrupt.signal,
      onErr: (text) => {
        if (/UpdateService.*done/.test(text)) interrupt.abort();
      },
    });
    expect(out).toMatch(/^Interrupted\. The deployment arn:aws:ecs:\S+ was sent and continues\./);
    expect(code).toBe(130);
    expect((await cli.slipway(['watch', ...STAGING])).code).toBe(0);
  });
});

describe('slipway rollback', () => {
  it('goes back to the last release that succeeded', async () => {
    await cli.slipway(['deploy', ...STAGING, '-i', 'web:1.10.1']);
    await cli.slipway(['deploy', ...STAGING, '-i', 'web:2.0.0']);
    const { code, err } = await cli.slipway(['rollback', ...STAGING]);
    expect(err).toContain('Roll web back to 1.10.1 (staging-web:');
    expect(code).toBe(0);
    expect(await imageOf(...STAGING)).toBe('1.10.1');
  });

  it('goes to the revision that --to names', async () => {
    const { code, out } = await cli.slipway(['rollback', ...STAGING, '--to', 'staging-web:35']);
    expect(out).toMatch(/^staging-web:35 deployed in /);
    expect(code).toBe(0);
  });

  it('is refused for a service that has no earlier release', async () => {
    const ecs = new ECSClient(cli.sandbox);
    await ecs.send(
      new CreateServiceCommand({
        cluster: 'staging',
        serviceName: 'fresh',
        taskDefinition: 'staging-web:30',
        desiredCount: 0,
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
      }),
    );
    ecs.destroy();
    const { code, err } = await cli.slipway(['rollback', '-c', 'staging', '-n', 'fresh']);
    expect(err).toContain('ECS has no earlier successful release of ');
    expect(code).toBe(2);
  });

  it('is refused for a release that does not exist', async () => {
    const { code, err } = await cli.slipway(['rollback', ...STAGING, '--to', 'yesterday']);
    expect(err).toContain('web has no deployment yesterday. `slipway history` lists its deployments');
    expect(code).toBe(2);
  });
});

describe('slipway plan', () => {
  it('exits with 3 for differences with --exit-code, and sends nothing', async () => {
    const before = await imageOf(...STAGING);
    const other = before === '2.0.0' ? '1.10.1' : '2.0.0';
    const args = ['plan', ...STAGING, '--exit-code', '-i'];
    const { code, out } = await cli.slipway([...args, `web:${other}`]);
    expect(out).toContain(`Deploy web:${other} to web`);
    expect(code).toBe(3);
    expect((await cli.slipway([...args, `web:${before}`])).code).toBe(0);
    expect(await imageOf(...STAGING)).toBe(before);
  });

  it('prints Markdown for a pull request', async () => {
    const { code, out } = await cli.slipway(['plan', ...STAGING, '--set', 'PIPE=a|b', '--markdown']);
    expect(out).not.toContain('\n\n\n');
    expect(out).toMatch(/^### /);
    expect(out).toContain('| app environment PIPE | a\\|b (new) |');
    expect(out).toMatch(/\d+ of \d+ checks passed\./);
    expect(code).toBe(0);
  });

  it('prints Markdown in which a value names no person, no address and no command of a terminal', async () => {
    const value = '@acme/all https://evil.example www.evil.example <b> \u202e\u009b31m';
    const { out } = await cli.slipway(['plan', ...STAGING, '--set', `NOTE=${value}`, '--markdown']);
    const shown = String.raw`\@acme/all https\://evil.example www\.evil.example \<b\> \\u202e\\u009b31m`;
    expect(out).toContain(`| app environment NOTE | ${shown} (new) |`);
  });

  it('prints one JSON document with --json', async () => {
    const { out, err } = await cli.slipway(['plan', ...STAGING, '--force', '--json']);
    expect(JSON.parse(out)).toMatchObject({ kind: 'deploy', service: { service: 'web' } });
    expect(err).toBe('');
  });
});

it('slipway plan and deploy refuse an image with new findings where a rule does, and override it by its name', async () => {
  const rule = { cluster: 'production', service: 'search', findings: { refuse: 'critical' } };
  const change = { version: 'none', change: { kind: 'add', at: 0, rule } };
  const added = await cli.slipwayAtStandstill(['call', 'environments.changeRules', JSON.stringify(change)]);
  expect(added.code).toBe(0);
  const newest = ['-c', 'production', '-n', 'search', '-i', 'search:2.13.1'];
  const confirmed = [...newest, '--confirm', 'search'];
  const planned = await cli.slipwayAtStandstill(['plan', ...newest]);
  expect(planned.out).toContain('CVE-2026-10001 (critical, fixed in openssl 3.0.15)');
  const refused = await cli.slipwayAtStandstill(['deploy', ...confirmed]);
  expect(refused.err).toContain('The image of app has 1 new finding with a fix: CVE-2026-10001');
  expect([planned.code, refused.code]).toEqual([2, 2]);
  const asDeployed = ['--override', 'findings:app', '--why', 'the fix is next', '--timeout', '600'];
  expect((await cli.slipwayAtStandstill(['plan', ...confirmed, ...asDeployed])).code).toBe(0);
  const { code } = await cli.slipway(['deploy', ...confirmed, '--override', 'findings:app']);
  expect(code).toBe(0);
});

/** What a plan of another tag calls the image of the container app. */
async function plannedImage(...args: readonly string[]): Promise<string | undefined> {
  const { out } = await cli.slipwayAtStandstill(['plan', ...STAGING, '--json', '-i', 'web:1.10.1', ...args]);
  const { images } = JSON.parse(out) as { images: { container: string; after: { image: string } }[] };
  return images.find(({ container }) => container === 'app')?.after.image;
}

it('slipway deploy --pin is remembered for the service, and a plan may say otherwise', async () => {
  expect(await plannedImage()).toMatch(/\/web:1\.10\.1$/);
  const { code } = await cli.slipway(['deploy', ...STAGING, '-i', 'web:1.10.2', '--pin', 'digest']);
  expect(code).toBe(0);
  expect(await plannedImage()).toMatch(/\/web@sha256:[0-9a-f]{64}$/);
  expect(await plannedImage('--pin', 'tag')).toMatch(/\/web:1\.10\.1$/);
});

it.each([
  ['both', /\/web:1\.10\.1@sha256:[0-9a-f]{64}$/],
  ['digest', /\/web@sha256:[0-9a-f]{64}$/],
  ['tag', /\/web:1\.10\.1$/],
])('slipway plan --pin %s names the image so', async (pin, expected) => {
  expect(await plannedImage('--pin', pin)).toMatch(expected);
});

describe('slipway deploy --on-timeout roll-back under rules', () => {
  const LATE = ['-i', 'web:1.10.1', '--timeout', '60', '--on-timeout', 'roll-back'];

  /** Adds a rule for the cluster staging, and resolves to what removes it. */
  async function addRule(rule: object): Promise<() => Promise<void>> {
    const change = async (request: object): Promise<string> => {
      const rules = await cli.slipwayAtStandstill(['call', 'environments.rules']);
      const { version } = (JSON.parse(rules.out) as { result: { version: string } }).result;
      const input = JSON.stringify({ version, change: request });
      const { out } = await cli.slipwayAtStandstill(['call', 'environments.changeRules', input]);
      return out;
    };
    expect(await change({ kind: 'add', at: 0, rule: { cluster: 'staging', ...rule } })).toContain('result');
    return async () => {
      expect(await change({ kind: 'remove', at: 0 })).toContain('result');
    };
  }

  it('gives the rollback the ticket and the overrides of the deployment', async () => {
    await cli.slipway(['deploy', ...STAGING, '-i', 'web:2.0.0']);
    const never = { days: ['mon'], from: '00:00', to: '00:01', timeZone: 'UTC' };
    const removeRule = await addRule({ ticket: 'OPS-\\d+', window: never });
    const timeout = new AbortController();
    const reasons = ['--why', 'slow since OPS-12', '--override', 'release-window'];
    const { code, out } = await cli.slipway(['deploy', ...STAGING, ...LATE, ...reasons], {
      timeout: (ms) => (ms === 60_000 ? timeout.signal : new AbortController().signal),
      onErr: (text) => {
        if (/accepted|running/.test(text)) timeout.abort();
      },
    });
    await removeRule();
    expect(out).toMatch(/^The deployment took longer than 60 s and was rolled back\. /);
    expect(code).toBe(1);
    const journal = await cli.slipwayAtStandstill(['journal', ...STAGING, '--limit', '1']);
    expect(journal.out).toContain('The deployment took longer than 60 s: slow since OPS-12');
  });

  it('exits with 4 and says why where the rollback is refused', async () => {
    const timeout = new AbortController();
    const rules: Promise<() => Promise<void>>[] = [];
    const { code, out } = await cli.slipwayAtStandstill(['deploy', ...STAGING, ...LATE], {
      timeout: (ms) => (ms === 60_000 ? timeout.signal : new AbortController().signal),
      onErr: (text) => {
        if (rules.length > 0 || !/accepted|running/.test(text)) return;
        rules.push(addRule({ ticket: 'OPS-\\d+' }).finally(() => timeout.abort()));
      },
    });
    for (const removeRule of await Promise.all(rules)) await removeRule();
    expect(out).toMatch(/^Time is up, and the deployment continues, because the rollback failed\. .+ticket/);
    expect(out).toContain('`slipway watch -c staging -n web` follows it.');
    expect(code).toBe(4);
    expect((await cli.slipway(['watch', ...STAGING])).code).toBe(0);
  });
});
