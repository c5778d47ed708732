import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorOf, startTestRegistry, type TestRegistry } from '../testing/registry.ts';

let registry: TestRegistry;
let blob: string;
beforeAll(async () => {
  registry = await startTestRegistry([{ repositoryName: 'web' }]);
  blob = `/v2/web/blobs/${await registry.pushBlob('web', Buffer.from('0123456789'))}`;
});
afterAll(() => registry.close());

describe('a blob', () => {
  it.each([
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=7-100', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=-100', '0123456789', 'bytes 0-9/10'],
  ])('is read in part: %s', async (range, text, contentRange) => {
    const response = await registry.send('GET', blob, undefined, { range });
    expect([response.status, await response.text()]).toEqual([206, text]);
    expect(response.headers.get('content-range')).toBe(contentRange);
  });

  it.each(['bytes=10-', 'bytes=20-30', 'bytes=-0'])('has no bytes there: %s', async (range) => {
    const response = await registry.send('GET', blob, undefined, { range });
    expect(response.headers.get('content-range')).toBe('bytes */10');
    expect(await errorOf(response)).toBe('416 RANGE_INVALID');
  });

  it.each(['bytes=1-2,4-5', 'lines=1-2', 'bytes=-'])('comes whole for %s', async (range) => {
    const response = await registry.send('GET', blob, undefined, { range });
    expect([response.status, await response.text()]).toEqual([200, '0123456789']);
  });
});

describe('a chunk', () => {
  it('that does not follow the last one is refused with the expected offset', async () => {
    const begun = await registry.send('POST', '/v2/web/blobs/uploads/');
    const location = begun.headers.get('location') ?? '';
    await registry.send('PATCH', location, 'abc', { 'content-range': '0-2' });
    const gap = await registry.send('PATCH', location, 'xyz', { 'content-range': '5-7' });
    expect([gap.headers.get('range'), gap.headers.get('location')]).toEqual(['0-2', location]);
    expect(await errorOf(gap)).toBe('416 RANGE_INVALID');
    const wrongLength = await registry.send('PATCH', location, 'xyz', { 'content-range': '3-9' });
    expect(await errorOf(wrongLength)).toBe('413 SIZE_INVALID');
    expect((await registry.send('PATCH', location, 'def', { 'content-range': '3-5' })).status).toBe(202);
  });
});
