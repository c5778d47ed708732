import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CliEngine, openCliEngine } from '../testing/test-engine.ts';
import { jsonWithoutCommands, withoutCommands } from './runner-commands.ts';

const STAGING = ['-c', 'staging', '-n', 'web'];

let cli: CliEngine;
let folder: string;

beforeAll(async () => {
  cli = await openCliEngine();
});
afterAll(() => cli.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-runner-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const environment = () => ({
  GITHUB_ACTIONS: 'true',
  GITHUB_OUTPUT: join(folder, 'output'),
  GITHUB_STEP_SUMMARY: join(folder, 'summary'),
});
const summary = (): string => readFileSync(join(folder, 'summary'), 'utf8');

/** The outputs of the step, as the runner reads its file. */
function outputs(): Readonly<Record<string, string>> {
  const text = readFileSync(join(folder, 'output'), 'utf8');
  const entries = [...text.matchAll(/^([^\n<]+)<<(\S+)\n([\s\S]*?)\n\2$/gm)];
  return Object.fromEntries(entries.map(([, name = '', , value = '']) => [name, value]));
}

describe('in GitHub Actions', () => {
  it('a deploy sets the outputs of the step and writes its summary', async () => {
    const { code, err } = await cli.slipway(['deploy', ...STAGING, '-i', 'web:2.0.0'], {
      environment: environment(),
    });
    expect(code).toBe(0);
    expect(outputs()).toEqual({
      outcome: 'succeeded',
      cause: '',
      'deployment-arn': expect.stringMatching(/^arn:aws:ecs:.+:service-deployment\/staging\/web\//),
      'task-definition-arn': expect.stringMatching(/^arn:aws:ecs:.+:task-definition\/staging-web:\d+$/),
      image: `${cli.registry}/web:2.0.0`,
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      'release-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(summary()).toMatch(/^### ✅ Deploy web:2\.0\.0 to web\n/);
    expect(summary()).toContain('| app | ');
    expect(err).not.toContain('::error');
  });

  it('a deploy that fails has its cause in outputs, summary and one annotation', async () => {
    const args = ['deploy', ...STAGING, '-i', 'web:no-such-tag', '--override', 'image:app'];
    const { code, err } = await cli.slipway(args, { environment: environment() });
    expect(code).toBe(1);
    const { outcome, cause } = outputs();
    expect(outcome).toMatch(/^(?:rolled-back|failed)$/);
    expect(cause).toContain('its image was not found');
    expect(summary()).toMatch(/^### ❌ Deploy /);
    expect(summary()).toContain('**Next steps**');
    expect(err.match(/^::error title=Deploy web%3Ano-such-tag to web::.+$/gm)).toHaveLength(1);
  });

  it('a deploy that is refused says so', async () => {
    const { code, err } = await cli.slipway(['deploy', ...STAGING, '-i', 'web:no-such-tag'], {
      environment: environment(),
    });
    expect(code).toBe(2);
    expect(outputs()).toEqual({ outcome: 'refused', cause: expect.stringContaining('no-such-tag') });
    expect(err).toMatch(/^::error title=Slipway::Nothing was sent\. /m);
  });

  it('files that cannot be written are named, and the release succeeds', async () => {
    const missing = join(folder, 'missing', 'file');
    const { code, err } = await cli.slipway(['deploy', ...STAGING, '--force'], {
      environment: { GITHUB_ACTIONS: 'true', GITHUB_OUTPUT: missing, GITHUB_STEP_SUMMARY: missing },
    });
    expect(code).toBe(0);
    expect(err).toContain("The file of GITHUB_OUTPUT can't be written: its folder doesn't exist.");
  });
});

it('elsewhere no files of a runner are written', async () => {
  const { GITHUB_ACTIONS: _, ...files } = environment();
  const { code, err } = await cli.slipway(['deploy', ...STAGING, '-i', 'web:none'], { environment: files });
  expect(code).toBe(2);
  expect(err).not.toContain('::error');
  expect(() => summary()).toThrow('ENOENT');
});

it.each([
  ['::set-output name=a::b', ': :set-output name=a::b'],
  ['  ::stop-commands::x', '  : :stop-commands::x'],
  ['a ##[error]b', 'a ## [error]b'],
  ['a::b', 'a::b'],
])('the printed line %j is %j in a runner, so that it is no command', (line, printed) => {
  expect(withoutCommands(line, { environment: { GITHUB_ACTIONS: 'true' } })).toBe(printed);
  expect(withoutCommands(line, { environment: {} })).toBe(line);
});

it.each([
  [{ TF_BUILD: 'True' }, '##vso[task.setvariable variable=PATH]/tmp/x'],
  [{ TF_BUILD: 'True' }, 'a ##VSO[task.prependpath]/tmp/x'],
  [{ TF_BUILD: 'True' }, '##[error]x'],
  [{ TEAMCITY_VERSION: '2026.1' }, "##teamcity[setParameter name='env.PATH' value='/tmp/x']"],
])('in the runner with %j, the text %j is no command as a line and in JSON', (environment, text) => {
  const commands = /##(?:vso|teamcity)?\[/i;
  expect(withoutCommands(text, { environment })).not.toMatch(commands);
  const json = jsonWithoutCommands(JSON.stringify({ text }), { environment });
  expect(json).not.toMatch(commands);
  expect(JSON.parse(json)).toEqual({ text });
});

it('JSON that a command prints in a runner has the same value and is no command', async () => {
  const environment = { GITHUB_ACTIONS: 'true' };
  const hostile = 'app ###[stop-commands]x ##[add-mask]y';
  mkdirSync(join(folder, hostile));
  const call = ['call', 'docker.folder', JSON.stringify({ folder: join(folder, hostile) })];
  const called = await cli.slipway(call, { environment });
  expect(called.out).not.toContain('##[');
  expect(JSON.stringify(JSON.parse(called.out))).toContain(hostile);
  expect((await cli.slipway(call, { environment: {} })).out).toContain(hostile);

  const added = ['plan', ...STAGING, '--set', `NOTE=${hostile}`, '--json'];
  const planned = await cli.slipway(added, { environment });
  expect(planned.out).not.toContain('##[');
  expect(JSON.stringify(JSON.parse(planned.out))).toContain(hostile);
});
