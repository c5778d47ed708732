import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDocument, valueAt, withValue, writeDocument } from './draft-document.ts';

describe('a document of a form', () => {
  it('is what the text says, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat({ max: 3 }), (value, indentation) => {
        const text = JSON.stringify(value, undefined, indentation);
        expect(readDocument(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each([
    ['no JSON', '{"cpu": '],
    ['no object', '["web"]'],
    ['the same member twice', '{"cpu": "256", "cpu": "512"}'],
    ['the same member twice further in', '{"containerDefinitions": [{"name": "a", "name": "b"}]}'],
  ])('is not read from %s', (_what, text) => {
    expect(readDocument(text)).toBeUndefined();
  });

  it('changes at one place, and makes what it stands in', () => {
    const empty = {};
    const place = ['containerDefinitions', 0, 'healthCheck', 'retries'];
    const changed = withValue(empty, place, 3);
    expect(writeDocument(changed)).toBe(
      JSON.stringify({ containerDefinitions: [{ healthCheck: { retries: 3 } }] }, null, 2),
    );
    expect(valueAt(withValue(changed, place, undefined), ['containerDefinitions', 0])).toEqual({
      healthCheck: {},
    });
    expect(withValue(changed, ['containerDefinitions', 0], undefined)).toEqual({ containerDefinitions: [] });
    expect(empty).toEqual({});
  });
});
