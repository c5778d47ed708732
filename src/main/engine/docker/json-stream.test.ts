import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readJsonStream } from './json-stream.ts';

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function all(values: AsyncIterable<unknown>): Promise<readonly unknown[]> {
  const read: unknown[] = [];
  for await (const value of values) read.push(value);
  return read;
}

it('a JSON stream yields every object, wherever chunks end and whatever separates them', async () => {
  const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 5 });
  const separator = fc.constantFrom('', '\n', '\r\n', ' ');
  await fc.assert(
    fc.asyncProperty(objects, separator, fc.integer({ min: 1, max: 9 }), async (values, between, size) => {
      const bytes = new TextEncoder().encode(values.map((value) => JSON.stringify(value)).join(between));
      const read = await all(readJsonStream(chunksOf(bytes, size)));
      expect(read).toEqual(values.map((value): unknown => JSON.parse(JSON.stringify(value))));
    }),
  );
});

it('a JSON stream drops an incomplete object at the end', async () => {
  const bytes = new TextEncoder().encode('{"stream":"a"}{"str');
  expect(await all(readJsonStream(chunksOf(bytes, 4)))).toEqual([{ stream: 'a' }]);
});
