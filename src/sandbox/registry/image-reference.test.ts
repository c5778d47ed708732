import { expect, it } from 'vitest';
import { parseImageReference } from './image-reference.ts';

const digest = `sha256:${'0a'.repeat(32)}`;

it.each([
  ['web', { repository: 'web' }],
  ['web:v1', { repository: 'web', tag: 'v1' }],
  ['team/web', { repository: 'team/web' }],
  ['localhost/web', { registry: 'localhost', repository: 'web' }],
  ['127.0.0.1:5000/team/web:v1', { registry: '127.0.0.1:5000', repository: 'team/web', tag: 'v1' }],
  ['registry:5000/web', { registry: 'registry:5000', repository: 'web' }],
  [`a.example/web:v1@${digest}`, { registry: 'a.example', repository: 'web', tag: 'v1', digest }],
  [`127.0.0.1:5000/web@${digest}`, { registry: '127.0.0.1:5000', repository: 'web', digest }],
])('an image reference is split: %s', (text, expected) => {
  expect(parseImageReference(text)).toEqual(expected);
});

it.each(['', ':v1', 'Web', 'web:', 'web@sha256:12', 'web:a b', '/web:v1:v2'])(
  'an image reference is not %j',
  (text) => {
    expect(parseImageReference(text)).toBeUndefined();
  },
);
