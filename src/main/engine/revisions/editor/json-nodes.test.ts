import fc from 'fast-check';
import { getNodeValue } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import { checkRegistration } from './check-registration.ts';
import { completeRegistration } from './complete-registration.ts';
import { readJson } from './json-nodes.ts';

const MINIMAL =
  '{"family": "web", "containerDefinitions": [{"name": "app", "image": "web:1", "memory": 64}]}';

describe('JSON read with positions', () => {
  it('has the value of JSON.parse', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat({ max: 3 }), (value, indentation) => {
        const text = JSON.stringify(value, undefined, indentation);
        const read = readJson(text);
        expect('node' in read && getNodeValue(read.node)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('is refused where JSON.parse refuses it', () => {
    const cut = fc.tuple(fc.jsonValue(), fc.nat(), fc.constantFrom('', ',', '"', '}', ':', 'x', '\\'));
    fc.assert(
      fc.property(cut, ([value, place, put]) => {
        const text = JSON.stringify(value);
        const at = place % (text.length + 1);
        const broken = text.slice(0, at) + put + text.slice(at + 1);
        let isJson = true;
        try {
          JSON.parse(broken);
        } catch {
          isJson = false;
        }
        expect('node' in readJson(broken)).toBe(isJson);
      }),
    );
  });
});

describe('endlessly nested JSON', () => {
  it.each(['[', '{"a":', '[{"a":'])('is an error in the text and not an internal error: %s', (opening) => {
    const read = readJson(opening.repeat(199_000 / opening.length));
    expect(read).toMatchObject({ mistake: { message: 'Nested more than 100 levels deep' } });
  });
});

describe('JSON with a mistake', () => {
  it.each([
    ['a comment', '{\n  // later\n}', 4, 'JSON does not allow comments: remove this one'],
    ['a comment that does not end', '{"a": 1} /* b', 9, 'JSON does not allow comments: remove this one'],
    ['a comma too many in an object', '{"a": 1,}', 8, 'Expected a field name in double quotes, found }'],
    ['a comma too many in a list', '["a",]', 5, 'Expected a value, found ]'],
    ['a comma that is missing', '{"a": 1 "b": 2}', 8, 'Expected a comma or the end of the object, found "b"'],
    ['a colon that is missing', '{"a" 1}', 5, 'Expected a colon after "a", found 1'],
    ['an end that is missing', '{"a": [1', 8, 'The document ends before the end of the list'],
    ['a word without quotes', '{"a": web}', 6, 'web is not a value: strings need double quotes'],
    ['a number without digits', '{"a": 1.}', 6, '1. is not a number'],
    ['a NUL byte in a text', '{"a": "b\0c"}', 6, 'This string contains a control character'],
    ['a NUL byte outside of texts', '{\0"a": 1}', 1, 'Expected a field name in double quotes'],
    ['a text that goes over a line', '{"a": "b\n"}', 6, 'A string is not closed on its line'],
    ['an escape that is none', '{"a": "C:\\web"}', 6, 'write a backslash as'],
    ['something after the end', '{} {}', 3, 'Unexpected text after the end of the object'],
    ['nothing', ' ', 1, 'The document ends where a value is expected'],
  ])('is refused with a position and a sentence: %s', (_what, text, at, message) => {
    expect(readJson(text)).toEqual({ mistake: { at, message: expect.stringContaining(message) } });
  });

  it('is quoted only at the start of a long text, and by whole characters', () => {
    const text = `{"a" "${'x'.repeat(38)}${'🙂'.repeat(1000)}"}`;
    const read = readJson(text);
    expect(read).toMatchObject({
      mistake: { message: `Expected a colon after "a", found "${'x'.repeat(38)}\u{fffd}…` },
    });
  });
});

describe('a text made to be slow', () => {
  it.each([
    ['many unknown members', `{${Array.from({ length: 20_000 }, (_, n) => `"a${n}":1`).join()}}`],
    ['the same member many times', `{${'"a":1,'.repeat(33_000)}"a":1}`],
    ['many open objects that lists end', '{"a":{],'.repeat(25_000)],
    ['many mistakes', ':'.repeat(200_000)],
    ['many spaces', `{${' '.repeat(199_990)}`],
  ])('is checked and completed with an answer of limited size: %s', (_what, text) => {
    expect(checkRegistration(text).problems.length).toBeLessThanOrEqual(201);
    expect(completeRegistration(text, text.length).options.length).toBeLessThan(100);
  });
});

describe('property names of every JavaScript object', () => {
  it('are members like others: __proto__ and constructor are unknown, and are labels as they are written', () => {
    const json = '{"__proto__": {"family": "web"}, "constructor": 1}';
    expect(checkRegistration(json).problems.map(({ message }) => message)).toEqual([
      'family is missing',
      'containerDefinitions is missing',
      'Unknown field "__proto__"',
      'Unknown field "constructor"',
    ]);
    const labelled = MINIMAL.replace('"memory"', '"dockerLabels": {"__proto__": "a"}, "memory"');
    const { problems, content } = checkRegistration(labelled);
    expect(problems).toEqual([]);
    expect(JSON.stringify(content)).toContain('{"__proto__":"a"}');
    expect(completeRegistration('{"constructor": ', 16).options).toEqual([]);
  });
});
