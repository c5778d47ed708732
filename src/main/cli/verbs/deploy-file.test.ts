import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  ListTaskDefinitionsCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliEngine, openCliEngine } from '../testing/test-engine.ts';

const STAGING = ['-c', 'staging', '-n', 'web'];

let cli: CliEngine;
let ecs: ECSClient;
let folder: string;

beforeAll(async () => {
  cli = await openCliEngine();
  ecs = new ECSClient(cli.sandbox);
  folder = await mkdtemp(join(tmpdir(), 'slipway-file-'));
});
afterAll(async () => {
  ecs.destroy();
  await cli.close();
  await rm(folder, { recursive: true });
});

async function revisionNow() {
  const found = await ecs.send(new DescribeServicesCommand({ cluster: 'staging', services: ['web'] }));
  const { taskDefinition } = found.services?.[0] ?? {};
  return (await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }))).taskDefinition;
}

async function activeRevisions(): Promise<readonly string[]> {
  const { taskDefinitionArns = [] } = await ecs.send(
    new ListTaskDefinitionsCommand({ familyPrefix: 'staging-web', status: 'ACTIVE' }),
  );
  return taskDefinitionArns;
}

describe('slipway deploy --file', () => {
  it('registers the task definition of the file with the image of -i, and deploys that one revision', async () => {
    const described = await revisionNow();
    await writeFile(
      join(folder, 'task.json'),
      // As an editor of Windows saves it.
      `\uFEFF${JSON.stringify({ taskDefinition: { ...described, cpu: '1024', memory: '2048' } }, undefined, 2).replaceAll('\n', '\r\n')}`,
    );
    const before = await activeRevisions();
    const args = ['deploy', ...STAGING, '--file', 'task.json', '-i', 'web:2.0.0'];
    const { code, err } = await cli.slipway(args, { folder });
    expect(err).toMatch(/Registered staging-web:\d+ from task\.json\./);
    expect(code).toBe(0);
    const now = await revisionNow();
    expect(now).toMatchObject({
      cpu: '1024',
      containerDefinitions: [{ image: `${cli.registry}/web:2.0.0` }],
    });
    expect((await activeRevisions()).length).toBe(before.length + 1);
  });

  it.each([
    ['gone.json', '', "gone.json can't be read."],
    ['broken.json', '{', 'broken.json is not JSON: '],
    [
      'deep.json',
      `{"containerDefinitions":[{"name":"a","image":"b","dockerLabels":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}]}`,
      'deep.json is no task definition: it nests deeper than 100 levels.',
    ],
    ['list.json', '[]', 'list.json is no task definition: it needs containerDefinitions'],
    [
      'wrong.json',
      '{"family":"x","containerDefinitions":[{"name":"a","image":"b","cpuu":1}]}',
      "wrong.json can't be registered: ",
    ],
    [
      'privileged.json',
      '{"family":"x","requiresCompatibilities":["FARGATE"],"networkMode":"awsvpc","cpu":"256","memory":"512","containerDefinitions":[{"name":"a","image":"b","privileged":true}]}',
      "The container a has privileged, which Fargate doesn't support. Remove it, or FARGATE from requiresCompatibilities.",
    ],
  ])(
    'is refused with exit code 2 for %s by plan and deploy, and nothing is registered',
    async (name, text, sentence) => {
      if (text !== '') await writeFile(join(folder, name), text);
      const before = await activeRevisions();
      for (const verb of ['plan', 'deploy']) {
        const { code, err, out } = await cli.slipway([verb, ...STAGING, '--file', name], { folder });
        expect(err).toContain(sentence);
        expect({ code, out }).toEqual({ code: 2, out: '' });
      }
      expect(await activeRevisions()).toEqual(before);
    },
  );

  it.each([
    ['UTF-8', '\uFEFF', 'utf8'],
    ['UTF-16', '\uFEFF', 'utf16le'],
  ] as const)('reads a file that PowerShell has written in %s', async (_name, mark, encoding) => {
    const content = { family: 'x', containerDefinitions: [{ name: 'a', image: 'b', cpuu: 1 }] };
    await writeFile(join(folder, 'mark.json'), mark + JSON.stringify(content), encoding);
    const { err } = await cli.slipway(['deploy', ...STAGING, '--file', 'mark.json'], { folder });
    expect(err).toContain("mark.json can't be registered: ");
  });

  it('registers nothing when a check of the plan refuses it, and shows the plan', async () => {
    await writeFile(join(folder, 'task.json'), JSON.stringify({ taskDefinition: await revisionNow() }));
    const before = await activeRevisions();
    const args = ['deploy', ...STAGING, '--file', 'task.json', '-i', 'web:no-such-tag'];
    const { code, err, out } = await cli.slipway(args, { folder });
    expect(err).toMatch(/^Deploy a new revision of staging-web to web {2}\(staging, /);
    expect(err).toMatch(/\nNothing was sent\. .*no-such-tag/);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(await activeRevisions()).toEqual(before);
  });

  it('is refused in production without --confirm, and nothing is registered', async () => {
    const args = ['deploy', '-c', 'production', '-n', 'search', '--file', 'task.json'];
    const { code, err } = await cli.slipway(args, { folder });
    expect(err).toContain('Add --confirm search.');
    expect(code).toBe(2);
  });
});

it('slipway deploy --file names the registration when it is interrupted before the deployment', async () => {
  const { family, containerDefinitions, ...described } = (await revisionNow()) ?? {};
  const { cpu, memory, networkMode, executionRoleArn, requiresCompatibilities } = described;
  const content = {
    family,
    cpu,
    memory,
    networkMode,
    executionRoleArn,
    requiresCompatibilities,
    containerDefinitions,
  };
  await writeFile(join(folder, 'task.json'), JSON.stringify({ ...content, cpu: '2048', memory: '4096' }));
  const interrupt = new AbortController();
  const { code, err } = await cli.slipway(['deploy', ...STAGING, '--file', 'task.json'], {
    folder,
    interrupt: interrupt.signal,
    onErr: (text) => {
      if (text.startsWith('Registered')) interrupt.abort();
    },
  });
  expect(err).toMatch(/\nInterrupted\. Sent before: \S+\. The journal says what happened\.\n$/);
  expect(code).toBe(130);
});

describe('slipway plan --file', () => {
  it('shows what the file would change with its calls, registers nothing, and makes no plan that can be executed', async () => {
    const described = await revisionNow();
    await writeFile(join(folder, 'task.json'), JSON.stringify({ ...described, cpu: '2048', memory: '4096' }));
    const before = await activeRevisions();
    const args = ['plan', ...STAGING, '--file', 'task.json', '-i', 'web:2.0.0', '--min', '60', '--json'];
    const { code, out } = await cli.slipway(args, { folder });
    const plan: { readonly id: string } = JSON.parse(out);
    expect(plan).toMatchObject({
      title: 'Deploy a new revision of staging-web to web',
      differences: expect.arrayContaining([expect.objectContaining({ subject: 'cpu', after: '2 vCPU' })]),
      images: [{ container: 'app', after: { image: `${cli.registry}/web:2.0.0` } }],
      calls: [
        { operation: 'RegisterTaskDefinition', target: 'staging-web' },
        { operation: 'UpdateService', target: 'staging/web' },
      ],
    });
    expect(code).toBe(0);
    expect(await activeRevisions()).toEqual(before);
    const executed = await cli.slipway(['call', 'releases.execute', JSON.stringify({ plan: plan.id })]);
    expect(executed.out).toContain('This plan has expired');
  });

  it('exits with 2 when a check fails, and with 3 for differences with --exit-code', async () => {
    const plan = (...more: readonly string[]) =>
      cli.slipway(['plan', ...STAGING, '--file', 'task.json', ...more], { folder });
    expect(await plan('-i', 'web:no-such-tag')).toMatchObject({
      code: 2,
      out: expect.stringContaining('failed: '),
    });
    expect(await plan('--exit-code')).toMatchObject({ code: 3 });
    expect(await plan('--revision', '1')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--revision'),
    });
  });
});

describe('slipway deploy --clean', () => {
  it('removes old revisions of the family after a success, and keeps the newest and the one that runs', async () => {
    const before = await activeRevisions();
    const { code, err } = await cli.slipway(['deploy', ...STAGING, '--force', '--clean', 'keep=3']);
    expect(err).toMatch(/\d+ of \d+ revisions deregistered\./);
    expect(code).toBe(0);
    const left = await activeRevisions();
    expect(left.length).toBeLessThan(before.length);
    expect(left).toContain((await revisionNow())?.taskDefinitionArn);
    expect(left).toEqual(expect.arrayContaining(before.slice(-3)));
  });

  it.each([
    [['--clean', '10'], 'Give keep= and how many'],
    [['--clean', 'keep=0'], 'Give keep= and how many'],
    [['--clean', 'keep=3', '--wait-until', 'accepted'], 'leave --wait-until out.'],
  ])('is refused with exit code 2 for %j', async (options, sentence) => {
    const { code, err } = await cli.slipway(['deploy', ...STAGING, '--force', ...options]);
    expect(err).toContain(sentence);
    expect(code).toBe(2);
  });
});
