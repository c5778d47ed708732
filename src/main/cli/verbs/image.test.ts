import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

  it('promote gives the same image another tag, and says when it has it already', async () => {
    const { code, out } = await image('promote', 'dashboard:5.2.1', '--tag', 'promoted');
    const digest = await digestOf('5.2.1');
    expect({ code, out }).toEqual({ code: 0, out: `${engine.registry}/dashboard:promoted@${digest}\n` });
    expect(await digestOf('promoted')).toBe(digest);
    const again = await image('promote', `dashboard@${digest}`, '--tag', 'promoted');
    expect(again).toMatchObject({ code: 0, err: expect.stringContaining('already is this image') });
  });

  it('where prints the services that use an image, and with a tag only those with this tag', async () => {
    const all = await image('where', 'dashboard');
    expect(all.out).toMatch(/tools +dashboard +app/);
    const none = await image('where', 'dashboard:no-such-tag');
    expect(none).toMatchObject({ code: 0, out: '', err: 'No service uses dashboard:no-such-tag.\n' });
    const elsewhere = await image('where', 'dashboard', '-c', 'production', '--json');
    expect(JSON.parse(elsewhere.out)).toEqual([]);
  });

  it.each([
    [['throw', 'dashboard'], 'throw'],
    [['promote', 'dashboard:9.9.9', '--tag', 'x'], 'dashboard has no image 9.9.9'],
    [['promote', 'dashboard', '--tag', 'x'], 'names no tag or digest'],
    [['promote', 'dashboard:5.2.1'], '--tag'],
    [['promote', 'dashboard:5.2.1', '--tag', 'a b'], 'is not an image tag'],
    [['list', 'no-such-repository'], "doesn't exist in this account and region"],
    [['list', 'Not A Name'], 'is not an image or a repository'],
    [['build', '.'], '--repository'],
    [['push', 'web', '--repository', 'dashboard'], 'names no tag'],
  ])('%j is refused with 2 and one sentence', async (args, sentence) => {
    const { code, err, out } = await image(...args);
    expect({ code, out, err }).toEqual({ code: 2, out: '', err: expect.stringContaining(sentence) });
  });
});
