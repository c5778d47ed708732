import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatImageReference, parseImageReference } from './image-reference.ts';

const DIGEST = `sha256:${'0a'.repeat(32)}`;

describe('parseImageReference', () => {
  it.each([
    ['nginx', { repository: 'nginx' }],
    ['nginx:1.27', { repository: 'nginx', tag: '1.27' }],
    ['acme/web:1.9.0', { repository: 'acme/web', tag: '1.9.0' }],
    ['localhost/web', { registry: 'localhost', repository: 'web' }],
    ['127.0.0.1:5000/acme/web', { registry: '127.0.0.1:5000', repository: 'acme/web' }],
    ['[2001:db8::1]:5000/web:1', { registry: '[2001:db8::1]:5000', repository: 'web', tag: '1' }],
    ['Registry/web', { registry: 'Registry', repository: 'web' }],
    [`web@sha512:${'0a'.repeat(64)}`, { repository: 'web', digest: `sha512:${'0a'.repeat(64)}` }],
    ['registry:5000/web:1', { registry: 'registry:5000', repository: 'web', tag: '1' }],
    [`web@${DIGEST}`, { repository: 'web', digest: DIGEST }],
    [`a.b/web:1@${DIGEST}`, { registry: 'a.b', repository: 'web', tag: '1', digest: DIGEST }],
  ])('reads %s', (text, parts) => {
    expect(parseImageReference(text)).toEqual(parts);
  });

  it.each([
    '',
    ':',
    'web:',
    'web@',
    'Web',
    'a//b',
    'web:ta g',
    'web@sha256:short',
    `web@sha256:${'0a'.repeat(20)}`,
    `web@sha256:${'0a'.repeat(64)}`,
    `web@sha256:${'0A'.repeat(32)}`,
    `web@md5:${'0a'.repeat(16)}`,
    DIGEST,
    '0a'.repeat(32),
    'a'.repeat(256),
    'a..b',
    'a_-b',
    '-host.example/web',
    'a.example:port/web',
    `web@${DIGEST}@${DIGEST}`,
  ])('refuses %j', (text) => {
    expect(parseImageReference(text)).toBeUndefined();
  });

  it('returns every reference as it was written', () => {
    const reference = fc.record(
      {
        registry: fc.constantFrom('localhost', 'localhost:5000', 'a.example', '10.0.0.1:80'),
        repository: fc.stringMatching(/^[a-z0-9]{1,8}(\/[a-z0-9]{1,8}){0,2}$/),
        tag: fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,12}$/),
        digest: fc.constant(DIGEST),
      },
      { requiredKeys: ['repository'] },
    );
    fc.assert(
      fc.property(reference, (parts) => {
        const text = formatImageReference(parts);
        expect(parseImageReference(text)).toEqual(parts);
      }),
    );
  });
});
