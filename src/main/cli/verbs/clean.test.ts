import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliEngine, openCliEngine } from '../testing/test-engine.ts';

let cli: CliEngine;

beforeAll(async () => {
  cli = await openCliEngine();
});
afterAll(() => cli.close());

describe('slipway clean', () => {
  it('prints what it would remove and why with --dry-run, and removes nothing', async () => {
    const args = ['clean', '--families', 'staging-web', '--keep', '5', '--dry-run'];
    const first = await cli.slipway(args);
    expect(first.out).toMatch(/^staging-web:\d+ +remove +/m);
    expect(first.out).toMatch(/^[1-9]\d* to remove, [1-9]\d* to keep\.$/m);
    expect(first.code).toBe(0);
    expect((await cli.slipway(args)).out).toBe(first.out);
  });

  it('removes nothing before each source that may use any revision is acknowledged, or a name is confirmed', async () => {
    const { code, err, out } = await cli.slipway(['clean', '--families', 'web', '--keep', '5']);
    expect(err).toMatch(/Nothing was removed/);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  it('refuses options for revisions beside --images', async () => {
    const { code, err } = await cli.slipway(['clean', '--images', 'web', '--families', 'web']);
    expect(err).toContain('--images goes without --families and --delete');
    expect(code).toBe(2);
  });

  it('removes the unused images of a repository', async () => {
    const preview = await cli.slipway(['clean', '--images', 'web', '--keep', '3', '--dry-run', '--json']);
    const plan = JSON.parse(preview.out) as { removing: number; confirmation?: string };
    expect(plan.removing).toBeGreaterThan(0);
    const confirm = plan.confirmation === undefined ? [] : ['--confirm', plan.confirmation];
    const { code, out } = await cli.slipway([
      'clean',
      '--images',
      'web',
      '--keep',
      '3',
      '--json',
      ...confirm,
    ]);
    expect(JSON.parse(out)).toMatchObject({ state: 'done', deleted: plan.removing, failed: [] });
    expect(code).toBe(0);
  });
});
