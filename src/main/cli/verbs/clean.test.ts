import { ECSClient, ListTaskDefinitionsCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliEngine, openCliEngine } from '../testing/test-engine.ts';

let cli: CliEngine;

beforeAll(async () => {
  cli = await openCliEngine();
});
afterAll(() => cli.close());

/** Names such as `web:41`. */
async function activeRevisions(familyPrefix: string): Promise<readonly string[]> {
  const { endpoint, region, credentials } = cli.sandbox;
  const ecs = new ECSClient({ endpoint, region, credentials });
  const { taskDefinitionArns = [] } = await ecs.send(
    new ListTaskDefinitionsCommand({ familyPrefix, status: 'ACTIVE', maxResults: 100 }),
  );
  ecs.destroy();
  return taskDefinitionArns.map((arn) => arn.split('/').at(-1) ?? arn);
}

describe('slipway clean', () => {
  it('prints what it would remove and why with --dry-run, and removes nothing', async () => {
    const args = ['clean', '--families', 'staging-web', '--keep', '5', '--dry-run'];
    const first = await cli.slipway(args);
    expect(first.out).toMatch(/^staging-web:\d+ +remove +/m);
    expect(first.out).toMatch(/^[1-9]\d* to remove, [1-9]\d* to keep\.$/m);
    expect(first.err).toMatch(/^Read clusters: 3\.$/m);
    expect(first.code).toBe(0);
    expect((await cli.slipway(args)).out).toBe(first.out);
  });

  it('removes nothing before each source that may use any revision is acknowledged, or a name is confirmed', async () => {
    const { code, err, out } = await cli.slipway(['clean', '--families', 'web', '--keep', '5']);
    expect(err).toMatch(/Nothing was removed/);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  it('removes the old revisions of a family that its preview names, and keeps the others', async () => {
    const args = ['clean', '--families', 'staging-web', '--keep', '5'];
    const preview = await cli.slipway([...args, '--dry-run', '--json']);
    const { items, removing, confirmation, unknown } = JSON.parse(preview.out) as {
      items: readonly { name: string; verdict: string }[];
      removing: number;
      confirmation?: string;
      unknown: readonly { source: string }[];
    };
    const namesOf = (verdict: string) =>
      items.filter((item) => item.verdict === verdict).map(({ name }) => name);
    const answers = [
      ...(confirmation === undefined ? [] : ['--confirm', confirmation]),
      ...unknown.flatMap(({ source }) => ['--acknowledge', source]),
    ];
    expect(removing).toBeGreaterThan(0);
    const { code, out } = await cli.slipway([...args, '--json', ...answers]);
    expect(JSON.parse(out)).toMatchObject({ state: 'done', deregistered: removing, failed: [] });
    expect(code).toBe(0);
    const left = await activeRevisions('staging-web');
    expect(left).toEqual(expect.arrayContaining(namesOf('keep')));
    expect(left.filter((name) => namesOf('remove').includes(name))).toEqual([]);
    const again = await cli.slipway(args);
    expect(again).toMatchObject({ code: 0, out: 'There is nothing to remove.\n' });
  });

  it('refuses options for revisions beside --images', async () => {
    const { code, err } = await cli.slipway(['clean', '--images', 'web', '--families', 'web']);
    expect(err).toContain("--images can't be combined with --families or --delete");
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
