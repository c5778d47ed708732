import { expect, it } from 'vitest';
import type { ComparedSide } from '../../../../shared/model/revision.ts';
import { formatSide, parseSide } from './side-address.ts';

const scope = { account: 'profile:shop', region: 'us-east-1' };
const elsewhere = { account: 'profile:team/staging', region: 'eu-west-1' };
const arn = 'arn:aws:ecs:us-east-1:111111111111:service-revision/main/web/4242';

it.each<[string, ComparedSide]>([
  ['web:41', { kind: 'revision', ...scope, revision: 'web:41' }],
  ['service:main/web', { kind: 'service', ...scope, cluster: 'main', service: 'web' }],
  [arn, { kind: 'service-revision', ...scope, arn }],
  [
    'service:main/web@profile:team/staging/eu-west-1',
    { kind: 'service', ...elsewhere, cluster: 'main', service: 'web' },
  ],
])('%s', (text, side) => {
  expect(parseSide(text, scope)).toEqual(side);
  expect(formatSide(side, scope)).toBe(text);
});

it.each(['', 'service:web', 'service:main/', 'web:41@nowhere'])('“%s” is no side', (text) => {
  expect(parseSide(text, scope)).toBeUndefined();
});
