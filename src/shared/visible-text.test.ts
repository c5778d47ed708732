import { describe, expect, it } from 'vitest';
import { visibleJson, visibleText } from './visible-text.ts';

describe('visibleText', () => {
  it.each([
    ['a line feed', '\n', String.raw`\u000a`],
    ['an escape sequence of a terminal', '\u001b[31m', String.raw`\u001b[31m`],
    ['a control sequence introducer of one character', '\u009b31m', String.raw`\u009b31m`],
    ['an override of the direction', '\u202e', String.raw`\u202e`],
    ['isolates', '\u2066\u2067\u2068\u2069', String.raw`\u2066\u2067\u2068\u2069`],
    ['marks of the direction', '\u200e\u200f\u061c', String.raw`\u200e\u200f\u061c`],
    ['what has no width', '\u200b\u200d\ufeff\u00ad', String.raw`\u200b\u200d\ufeff\u00ad`],
    ['separators of lines', '\u2028\u2029\u0085', String.raw`\u2028\u2029\u0085`],
    ['a tag beyond the first plane', '\u{e0041}', String.raw`\udb40\udc41`],
  ])('shows %s', (_, unseen, shown) => {
    expect(visibleText(`a${unseen}b`)).toBe(`a${shown}b`);
  });

  it('leaves letters of all scripts, marks and emoji unchanged', () => {
    const text = 'Grüße, שלום, مرحبا, こんにちは, é, 🚀 → “x”';
    expect(visibleText(text)).toBe(text);
  });

  it('keeps JSON equivalent', () => {
    const value = { 'a\u202e': ['\u009b', '\u{e0041}', '\u2028', '\n"\\'] };
    expect(JSON.parse(visibleJson(value))).toEqual(value);
    expect(visibleJson(value)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  });
});
