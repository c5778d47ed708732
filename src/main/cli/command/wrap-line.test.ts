import { describe, expect, it } from 'vitest';
import { wrapLine } from './wrap-line.ts';

/** The parts as they are read. */
function textsOf(...[line, columns]: Parameters<typeof wrapLine>): readonly string[] {
  return wrapLine(line, columns).map((part) =>
    typeof part === 'string'
      ? part
      : part.map((segment) => (typeof segment === 'string' ? segment : segment.text)).join(''),
  );
}

describe('wrapLine', () => {
  it.each([
    ['short', '  app: 1 → 2', 40, ['  app: 1 → 2']],
    ['as wide as the terminal', 'one two three four five', 23, ['one two three four five']],
    ['wider', 'one two three four five six', 20, ['one two three four', '  five six']],
    ['indented', '  one two three four five', 20, ['  one two three four', '    five']],
    [
      'with a word that is wider than the terminal',
      '  BY arn:aws:iam::123456789012:user/mira',
      20,
      ['  BY arn:aws:iam::12', '    3456789012:user/', '    mira'],
    ],
  ])('breaks a line that is %s between words', (_, line, columns, parts) => {
    expect(textsOf(line, columns)).toEqual(parts);
  });

  it('keeps the style of each word', () => {
    const line = ['  ', { text: 'warning: ', style: 'yellow' }, 'this can be overwritten'] as const;
    expect(wrapLine(line, 20)).toEqual([
      ['  ', { text: 'warning: ', style: 'yellow' }, 'this can'],
      ['    be overwritten'],
    ]);
  });

  it('changes nothing where there is no terminal', () => {
    const line = 'one '.repeat(100);
    expect(wrapLine(line, undefined)).toEqual([line]);
  });

  it('counts a control character as the escape that is printed', () => {
    expect(textsOf('one two three \u0007 four', 20)).toEqual(['one two three \\u0007', '  four']);
  });
});
