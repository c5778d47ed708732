import { expect, it } from 'vitest';
import { type MatrixCell, nextVersionOf } from './timeline.ts';

const CELL: MatrixCell = {
  environment: 0,
  service: 'web',
  state: 'runs',
  running: { revision: 'web:1', version: '1.0.0' },
};

it('a deployment in progress is named by its version, by its revision where the version stays, and not beside itself', () => {
  expect(nextVersionOf(CELL)).toBeUndefined();
  const to = (revision: string, version?: string) =>
    nextVersionOf({ ...CELL, deploying: { revision, ...(version === undefined ? {} : { version }) } });
  expect(to('web:2', '1.1.0')).toBe('1.1.0');
  expect(to('web:2', '1.0.0')).toBe('web:2');
  expect(to('web:2')).toBe('web:2');
  expect(to('web:1', '1.0.0')).toBeUndefined();
});
