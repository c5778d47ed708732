import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliEngine, openCliEngine } from '../testing/test-engine.ts';

let cli: CliEngine;

beforeAll(async () => {
  cli = await openCliEngine();
});
afterAll(() => cli.close());

const ESCAPE = String.fromCharCode(27);

describe('slipway status', () => {
  it('lists clusters, then services, then one service with deployments, tasks and images by digest', async () => {
    expect((await cli.slipwayAtStandstill(['status'])).out).toMatch(/^CLUSTER +SERVICES .+\nproduction +7 /);
    const services = await cli.slipwayAtStandstill(['status', '-c', 'production']);
    expect(services.out).toMatch(/^checkout +Healthy +4\/4 +checkout:\d+ +4\.4\.1/m);
    // As the window calls a service that runs two images of one tag.
    expect(services.out).toMatch(/^mailer +Drifted +4\/4 /m);
    const { code, out } = await cli.slipwayAtStandstill(['status', '-c', 'production', '-n', 'checkout']);
    expect(out).toMatch(/^production\/checkout {2}Healthy {2}4 of 4 tasks run/);
    expect(out).toMatch(/^DEPLOYMENT .+\n\S+ +Succeeded /m);
    expect(out).toMatch(/^TASK .+\n[0-9a-f]{32} +running +UNKNOWN/m);
    expect(out).toMatch(/^app +\S+checkout:4\.4\.1 +sha256:[0-9a-f]{12} +4/m);
    expect(code).toBe(0);
  });

  it('has colors on a terminal only, and not with NO_COLOR or --no-color', async () => {
    const args = ['status', '-c', 'staging'];
    expect((await cli.slipwayAtStandstill(args, { columns: 200 })).out).toContain(`${ESCAPE}[`);
    expect((await cli.slipwayAtStandstill(args)).out).not.toContain(ESCAPE);
    const environment = { NO_COLOR: '1' };
    expect((await cli.slipwayAtStandstill(args, { columns: 200, environment })).out).not.toContain(ESCAPE);
    expect((await cli.slipwayAtStandstill([...args, '--no-color'], { columns: 200 })).out).not.toContain(
      ESCAPE,
    );
  });

  it('prints a block for each row where the table is wider than the terminal', async () => {
    const { out } = await cli.slipwayAtStandstill(['status', '-c', 'staging', '--no-color'], { columns: 40 });
    expect(out).toMatch(/^checkout\n {2}STATE \w+\n {2}TASKS \d\/\d\n/m);
    expect(out).not.toContain('SERVICE ');
  });

  it.each([
    ['status', '-c', 'production'],
    ['status', '-c', 'production', '-n', 'web'],
    ['history', '-c', 'production', '-n', 'web'],
    ['plan', '-c', 'staging', '-n', 'web', '-i', 'web:1.9.3', '--verbose'],
  ])('prints no line that is wider than a terminal of 40 columns for %s %s %s %s', async (...args) => {
    const { out } = await cli.slipwayAtStandstill([...args, '--no-color'], { columns: 40 });
    expect(out.split('\n').filter((line) => line.length > 40)).toEqual([]);
  });

  it('prints again with --watch only when something has changed, and ends when its reader has gone', async () => {
    const closed = new AbortController();
    let waits = 0;
    const { code, out, err } = await cli.slipwayAtStandstill(['status', '--watch', '--json'], {
      outputClosed: closed.signal,
      wait: async () => {
        waits += 1;
        if (waits === 3) closed.abort();
      },
    });
    expect(out.trim().split('\n')).toHaveLength(1);
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });
});

describe('slipway history', () => {
  it('prints a Markdown table with --markdown', async () => {
    const { code, out } = await cli.slipwayAtStandstill([
      'history',
      '-c',
      'production',
      '-n',
      'web',
      '--markdown',
    ]);
    expect(out).toMatch(/^\| RELEASE \| OUTCOME \| REVISION \|.+\n\| --- \|/);
    expect(out).toMatch(/\| Succeeded \| web:\d+ \|/);
    expect(code).toBe(0);
  });
});

describe('slipway diff', () => {
  it('compares services and revisions, and exits with 3 for differences with --exit-code', async () => {
    const { code, out } = await cli.slipwayAtStandstill([
      'diff',
      'staging/web',
      'production/web',
      '--exit-code',
    ]);
    expect(out).toMatch(/^staging\/web → production\/web\n/);
    expect(out).toContain('  app environment LOG_LEVEL: debug → info');
    expect(code).toBe(3);
    const same = await cli.slipwayAtStandstill(['diff', 'web:39', 'web:39', '--exit-code']);
    expect(same).toMatchObject({ code: 0, out: 'web:39 and web:39 are the same.\n' });
  });

  it('compares all services of two clusters, each in the account that @ names', async () => {
    const args = ['diff', 'staging', 'production@sandbox/us-east-1'];
    const { code, out, err } = await cli.slipwayAtStandstill([...args, '--exit-code', '-v']);
    expect(out).toMatch(/^SERVICE +staging +production +STATE\n/);
    expect(out).toMatch(/^checkout +\S+ +\S+ +2 settings differ$/m);
    expect(out).toMatch(/^recommend +only in staging$/m);
    expect(out).toMatch(/^checkout: app environment REQUEST_TIMEOUT_SECONDS: 30 → 20$/m);
    expect({ code, err }).toEqual({ code: 3, err: '' });
    const { out: json } = await cli.slipwayAtStandstill([...args, '--json']);
    expect(JSON.parse(json)).toMatchObject({
      before: { account: 'sandbox', cluster: 'staging' },
      rows: expect.arrayContaining([expect.objectContaining({ id: 'recommend', state: 'only-before' })]),
    });
    const { out: markdown } = await cli.slipwayAtStandstill([...args, '--markdown']);
    expect(markdown).toContain('| SERVICE | staging | production | STATE |');
  });

  it('is refused for a cluster beside a service, and for an account that does not exist', async () => {
    const mixed = await cli.slipwayAtStandstill(['diff', 'staging', 'production/web']);
    expect(mixed.err).toContain('A cluster is compared with a cluster.');
    expect(mixed.code).toBe(2);
    const { code, err } = await cli.slipwayAtStandstill(['diff', 'staging', 'production@nobody']);
    expect(err).toContain('There is no profile for @nobody.');
    expect(code).toBe(6);
  });

  it('is refused for what is neither a revision nor a service', async () => {
    const { code, err } = await cli.slipwayAtStandstill(['diff', 'web', 'web:39']);
    expect(err).toContain('web is neither a revision such as web:41 nor a service such as production/web.');
    expect(code).toBe(2);
  });
});
