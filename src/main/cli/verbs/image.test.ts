import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { sentBefore } from '../command/invoke.ts';
import { type CliEngine, openCliEngine } from '../testing/test-engine.ts';

let engine: CliEngine;
beforeAll(async () => {
  engine = await openCliEngine();
});
afterAll(() => engine.close());

const image = (...args: readonly string[]) => engine.slipwayAtStandstill(['image', ...args]);

interface Listed {
  readonly digest: string;
  readonly tags: readonly string[];
}

async function digestOf(tag: string): Promise<string | undefined> {
  const { out } = await image('list', 'dashboard', '--json');
  const images: readonly Listed[] = JSON.parse(out);
  return images.find(({ tags }) => tags.includes(tag))?.digest;
}

describe('slipway image', () => {
  it('list prints the images of a repository with their tags and digests', async () => {
    const { code, out } = await image('list', 'dashboard');
    expect(code).toBe(0);
    expect(out).toMatch(/^PUSHED +TAGS +DIGEST/);
    expect(out).toContain('5.2.1');
  });

  it('findings says of an image that was not scanned that it was not, and prints the scan as JSON', async () => {
    const { code, out, err } = await image('findings', 'dashboard:5.2.1');
    expect({ code, out, err }).toEqual({ code: 0, out: '', err: 'dashboard:5.2.1 was not scanned.\n' });
    const { out: json } = await image('findings', `dashboard@${await digestOf('5.2.1')}`, '--json');
    expect(JSON.parse(json)).toEqual({ state: 'none', isOld: false, findings: [], total: 0 });
  });

  it('restore names what is missing of an image, and an image that is not there', async () => {
    expect(await image('restore', 'dashboard')).toMatchObject({
      code: 2,
      err: expect.stringContaining('dashboard names no tag or digest.'),
    });
    const { code, err } = await image('restore', 'dashboard:no-such-tag');
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('no-such-tag') });
  });

  it('promote gives the same image another tag, and says when it has it already', async () => {
    const { code, out } = await image('promote', 'dashboard:5.2.1', '--tag', 'promoted');
    const digest = await digestOf('5.2.1');
    expect({ code, out }).toEqual({ code: 0, out: `${engine.registry}/dashboard:promoted@${digest}\n` });
    expect(await digestOf('promoted')).toBe(digest);
    const again = await image('promote', `dashboard@${digest}`, '--tag', 'promoted');
    expect(again).toMatchObject({ code: 0, err: expect.stringContaining('already is this image') });
  });

  it('promote copies an image to another repository under its tag, and says when it is there already', async () => {
    await image('create-repository', 'release/dashboard');
    const args = ['promote', 'dashboard:5.2.1', '--to-repository', 'release/dashboard'];
    const first = await image(...args);
    const digest = await digestOf('5.2.1');
    expect(first).toMatchObject({
      code: 0,
      out: `${engine.registry}/release/dashboard:5.2.1@${digest}\n`,
      err: expect.stringContaining('0 layers sent (0.0 MB)'),
    });
    const again = await image(...args, '--json');
    expect(JSON.parse(again.out)).toMatchObject({ digest, alreadyThere: true, sentBytes: 0 });
  });

  it('says of an interrupted promote that layers may be there and how it goes on', () => {
    expect(sentBefore(new Set(['images.promote']))).toMatch(
      /^Layers may have been copied\. .* same command again/,
    );
  });

  it('promote needs a profile that exists, and exits with 6 otherwise', async () => {
    const { code, err } = await image('promote', 'dashboard:5.2.1', '--to-profile', 'nobody');
    expect({ code, err }).toEqual({
      code: 6,
      err: expect.stringContaining('The profile nobody of --to-profile'),
    });
  });

  it('where prints what uses an image, and with a tag only what has this tag', async () => {
    const all = await image('where', 'dashboard');
    expect(all.out).toMatch(/service +tools +dashboard +app/);
    expect(all.out).toMatch(/revision that nothing runs +dashboard:\d+ +app/);
    const none = await image('where', 'dashboard:no-such-tag');
    expect(none).toMatchObject({ code: 0, out: '', err: 'Nothing uses dashboard:no-such-tag.\n' });
    const elsewhere = await image('where', 'dashboard', '-c', 'production', '--json');
    expect(JSON.parse(elsewhere.out)).toEqual([]);
  });

  it('where --all-accounts fails where no account could be read, and names each with its reason', async () => {
    const refusing = await startTestSandbox({ scenario: 'demo', deniedActions: ['ecs:ListClusters'] });
    const closed = await openCliEngine({}, refusing);
    const answer = await closed.slipwayAtStandstill(['image', 'where', 'web:1.2.3', '--all-accounts']);
    expect(answer).toMatchObject({ code: 1, out: '' });
    expect(answer.err).toMatch(
      /^No account could be read, so it is unknown where web:1\.2\.3 runs\.\nsandbox us-east-1: .*ecs:ListClusters/,
    );
    await closed.close();
  });

  it('where names what starts tasks and could not be read, with the action that is not allowed', async () => {
    const deniedActions = ['events:ListRules', 'scheduler:ListSchedules', 'ecs:ListTaskDefinitions'];
    const refusing = await startTestSandbox({ scenario: 'demo', deniedActions });
    const narrow = await openCliEngine({}, refusing);
    for (const more of [[], ['--all-accounts']]) {
      const args = ['image', 'where', 'dashboard:5.2.1', ...more];
      const { code, err } = await narrow.slipwayAtStandstill(args);
      expect(code).toBe(0);
      expect(err).toMatch(/Couldn't read EventBridge rules\. .*events:ListRules/);
      expect(err).toMatch(/Couldn't read EventBridge Scheduler\. .*scheduler:ListSchedules/);
      expect(err).toMatch(/Couldn't read task definitions\. .*ecs:ListTaskDefinitions/);
      expect(err).not.toContain('Step Functions');
    }
    await narrow.close();
  });

  it('where --all-accounts names an account that could not be read, and answers for the others', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'slipway-where-'));
    const config = join(folder, 'config');
    writeFileSync(config, '[profile nowhere]\naws_access_key_id = A\naws_secret_access_key = B\n');
    const two = await openCliEngine({ AWS_CONFIG_FILE: config });
    const answer = await two.slipwayAtStandstill(['image', 'where', 'no-such:1.2.3', '--all-accounts', '-q']);
    expect(answer).toEqual({
      code: 0,
      out: '',
      err: 'profile:nowhere: The profile names no region. Add one to the shared AWS files.\n',
    });
    await two.close();
    rmSync(folder, { recursive: true });
  });

  it('where --all-accounts prints the services that run a digest or a commit, with account and region', async () => {
    const { out: listed } = await image('list', 'dashboard', '--json');
    const digests: readonly Listed[] = JSON.parse(listed);
    const found = await Promise.all(
      digests.map(({ digest }) => image('where', digest, '--all-accounts', '--json')),
    );
    const services = found.flatMap(({ out }): unknown[] => JSON.parse(out));
    const wanted = { account: 'sandbox', region: 'us-east-1', cluster: 'tools', service: 'dashboard' };
    expect(services).toEqual(expect.arrayContaining([expect.objectContaining(wanted)]));
    const table = await image('where', 'no-such:1.2.3', '--all-accounts');
    expect(table).toMatchObject({
      code: 0,
      out: '',
      err: 'Nothing in the accounts that were read uses no-such:1.2.3.\n',
    });
  });

  it.each([
    [['throw', 'dashboard'], 'throw'],
    [['promote', 'dashboard:9.9.9', '--tag', 'x'], 'dashboard has no image 9.9.9'],
    [['promote', 'dashboard', '--tag', 'x'], 'names no tag or digest'],
    [['promote', 'dashboard:5.2.1'], '--tag'],
    [['promote', 'dashboard:5.2.1', '--tag', 'a b'], 'is not an image tag'],
    [['promote', 'dashboard:5.2.1', '--to-repository', 'no-such'], "no-such doesn't exist"],
    [['promote', 'dashboard:5.2.1', '--to-repository', 'No Name'], 'is not the name of an ECR repository'],
    [['promote', 'dashboard:5.2.1', '--to-region', 'mars'], 'mars is not the name of an AWS region'],
    [['list', 'no-such-repository'], "doesn't exist in this account and region"],
    [['list', 'Not A Name'], 'is not an image or a repository'],
    [['build', '.'], '--repository'],
    [['push', 'web', '--repository', 'dashboard'], 'names no tag'],
    [
      ['push', 'web:1..:0', '--repository', 'dashboard'],
      '“:” is a character that a tag may not have (character 8)',
    ],
    [
      ['push', 'web:1', '--repository', 'Dashboard'],
      '“D” is a capital letter, which a repository may not have',
    ],
  ])('%j is refused with 2 and one sentence', async (args, sentence) => {
    const { code, err, out } = await image(...args);
    expect({ code, out, err }).toEqual({ code: 2, out: '', err: expect.stringContaining(sentence) });
  });
});

describe('slipway image create-repository', () => {
  const sent = (): number =>
    engine.sandbox.calls().filter(({ operation }) => operation === 'CreateRepository').length;

  it('creates a repository with immutable tags once; a second call with the same settings is a success', async () => {
    const args = [
      'create-repository',
      'shop/fresh',
      '--movable-tag',
      'latest',
      '--scan-on-push',
      '--encryption',
      'KMS',
    ];
    const first = await image(...args, '--json');
    expect(JSON.parse(first.out)).toMatchObject({
      created: true,
      repository: {
        name: 'shop/fresh',
        tagMutability: 'IMMUTABLE_WITH_EXCLUSION',
        scanOnPush: true,
        encryption: 'KMS',
      },
    });
    expect(first.code).toBe(0);
    const before = sent();
    expect(await image(...args)).toEqual({
      code: 0,
      out: `${engine.registry}/shop/fresh\n`,
      err: 'The repository shop/fresh exists already, with these settings.\n',
    });
    expect(sent()).toBe(before);
  });

  it('names each setting that an existing repository has otherwise, and exits with 2', async () => {
    await image('create-repository', 'shop/other', '--mutability', 'mutable');
    const args = [
      'shop/other',
      '--scan-on-push',
      '--encryption',
      'KMS',
      '--kms-key',
      'arn:aws:kms:us-east-1:123456789012:key/1',
    ];
    const { code, out, err } = await image('create-repository', ...args);
    expect(err).toBe(
      'The repository shop/other exists already and was not changed: its tags are mutable, not immutable, it does not scan on push, its encryption is AES256, not KMS, its key is none of KMS, not arn:aws:kms:us-east-1:123456789012:key/1.\n',
    );
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  it('needs --confirm with the name of the repository where slipway.yml names production', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'slipway-project-'));
    writeFileSync(
      join(folder, 'slipway.yml'),
      'environments:\n  live:\n    region: us-east-1\n    cluster: production\n    services: {}\n',
    );
    const inProduction = (...more: readonly string[]) =>
      engine.slipwayAtStandstill(['image', 'create-repository', 'shop/live', '--env', 'live', ...more], {
        folder,
      });
    const before = sent();
    const refused = await inProduction();
    expect(refused.err).toBe(
      'Nothing was sent, because production is production. Add --confirm shop/live.\n',
    );
    expect(refused.code).toBe(2);
    expect(sent()).toBe(before);
    expect(await inProduction('--confirm', 'shop/live')).toMatchObject({ code: 0 });
    rmSync(folder, { recursive: true });
  });

  it.each([
    [['Shop/Web'], 'Shop/Web is not the name of an ECR repository.'],
    [['shop/web:1'], 'shop/web:1 is not the name of an ECR repository.'],
    [['shop/key', '--kms-key', 'k'], '--kms-key needs --encryption KMS.'],
    [['shop/key', '--mutability', 'both'], 'Allowed choices are immutable, mutable.'],
  ])('is refused with exit code 2 for %j', async (args, sentence) => {
    const before = sent();
    const { code, err } = await image('create-repository', ...args);
    expect(err).toContain(sentence);
    expect(code).toBe(2);
    expect(sent()).toBe(before);
  });
});

describe('the settings of new repositories', () => {
  it('are remembered for the account by --remember, shown before a creation, and left out on request', async () => {
    const first = await image(
      'create-repository',
      'defaults/one',
      '--scan-on-push',
      '--lifecycle',
      'untagged',
      '--resource-tag',
      'team=shop',
      '--remember',
    );
    const words = 'immutable tags, scan on push, removal of untagged images after 14 days, tag team=shop';
    expect(first.err).toContain(`Created the repository defaults/one with ${words}.`);
    const second = await image('create-repository', 'defaults/two', '--mutability', 'mutable');
    expect(second.err).toContain(`defaults/two with ${words.replace('immutable', 'mutable')}.`);
    const plain = await image('create-repository', 'defaults/three', '--without-defaults');
    expect(plain.err).toContain('Created the repository defaults/three with immutable tags.');
    const fourth = `app=${engine.registry}/defaults/four:1.0.0`;
    const planning = ['plan', '-c', 'tools', '-n', 'dashboard', '--create-repository', 'immutable', '-i'];
    const planned = await engine.slipwayAtStandstill([...planning, fourth]);
    expect(planned.out).toContain(`new repository: defaults/four (${words})`);
    expect([first.code, second.code, plain.code]).toEqual([0, 0, 0]);
  });

  it('has tags of AWS as KEY=VALUE only', async () => {
    const { code, err } = await image('create-repository', 'defaults/five', '--resource-tag', 'team');
    expect({ code, err }).toMatchObject({ code: 2, err: '--resource-tag takes KEY=VALUE, not team.\n' });
  });
});

describe('slipway image make-immutable', () => {
  it('says what it means, sends nothing without --confirm, and makes the tags immutable with it', async () => {
    const asked = await image('make-immutable', 'dashboard');
    expect(asked.err).toContain('so nobody seems to push over tags.');
    expect(asked.err).toContain('Nothing was sent. Pushes over tags of dashboard would be refused.');
    expect(asked.code).toBe(2);
    const done = await image('make-immutable', 'dashboard', '--confirm', 'dashboard');
    expect(done).toMatchObject({ code: 0, out: 'The tags of dashboard are immutable.\n' });
    const again = await image('make-immutable', 'dashboard', '--json');
    expect(JSON.parse(again.out)).toEqual({ repository: 'dashboard', changed: false });
    expect((await image('make-immutable', 'no/such')).code).not.toBe(0);
  });
});
