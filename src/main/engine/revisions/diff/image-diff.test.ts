import { describe, expect, it } from 'vitest';
import { diffImages } from './image-diff.ts';

const A = `sha256:${'a'.repeat(64)}`;
const B = `sha256:${'b'.repeat(64)}`;

describe('the image versions of a container compared', () => {
  it.each([
    [
      'the same digest under the same tag',
      { image: 'web:1', digest: A },
      { image: 'web:1', digest: A },
      'unchanged',
    ],
    [
      'the same digest under another tag',
      { image: 'web:1', digest: A },
      { image: 'web:2', digest: A },
      'same-image',
    ],
    [
      'the same tag with another digest',
      { image: 'web:latest', digest: A },
      { image: 'web:latest', digest: B },
      'tag-moved',
    ],
    ['no tag, which means latest', { image: 'web', digest: A }, { image: 'web', digest: B }, 'tag-moved'],
    ['another tag and digest', { image: 'web:1', digest: A }, { image: 'web:2', digest: B }, 'changed'],
    ['two digests and no tag', { image: `web@${A}`, digest: A }, { image: `web@${B}`, digest: B }, 'changed'],
    [
      'a tag that is now pinned',
      { image: 'web:1', digest: A },
      { image: `web:1@${A}`, digest: A },
      'unchanged',
    ],
    ['unknown digests, same tag', { image: 'web:1' }, { image: 'web:1', digest: A }, 'same-tag'],
    ['a digest that the reference itself names', { image: `web@${A}` }, { image: `web@${A}` }, 'unchanged'],
    ['unknown digests, other text', { image: 'web:1' }, { image: 'web:2', digest: A }, 'changed'],
  ] as const)('%s', (_, before, after, change) => {
    const [difference] = diffImages([{ container: 'app', ...before }], [{ container: 'app', ...after }]);
    expect(difference?.change).toBe(change);
  });
});

describe('diffImages', () => {
  it('matches containers by name', () => {
    const before = [
      { container: 'app', image: 'web:1' },
      { container: 'old', image: 'old:1' },
    ];
    const after = [
      { container: 'new', image: 'new:1' },
      { container: 'app', image: 'web:1' },
    ];
    expect(diffImages(before, after).map(({ container, change }) => [container, change])).toEqual([
      ['new', 'added'],
      ['app', 'same-tag'],
      ['old', 'removed'],
    ]);
  });

  it('marks everything as first when there is nothing before', () => {
    expect(diffImages(undefined, [{ container: 'app', image: `web:1@${A}` }])).toEqual([
      { container: 'app', change: 'first', after: { image: `web:1@${A}`, tag: '1', digest: A } },
    ]);
  });

  it('links the commits between when both images name the same source', () => {
    const facts = {
      repository: 'web',
      digest: A,
      tags: [],
      platforms: [],
      status: 'ACTIVE',
      source: 'https://github.com/acme/web',
    };
    const [difference] = diffImages(
      [{ container: 'app', image: 'web:1', facts: { ...facts, commit: 'aaaaaaa' } }],
      [{ container: 'app', image: 'web:2', facts: { ...facts, commit: 'bbbbbbb' } }],
    );
    expect(difference?.commitsUrl).toBe('https://github.com/acme/web/compare/aaaaaaa...bbbbbbb');
  });
});
