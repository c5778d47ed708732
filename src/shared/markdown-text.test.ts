import { describe, expect, it } from 'vitest';
import {
  markdownBlock,
  markdownCode,
  markdownCodeCell,
  markdownLink,
  markdownText,
} from './markdown-text.ts';

describe('markdownText', () => {
  it.each([
    ['a heading', '# Big', String.raw`\# Big`],
    ['an underlined heading', 'Big\n===', 'Big ==='],
    ['an underline by itself', '===', String.raw`\===`],
    ['a rule', '---', String.raw`\---`],
    ['an item', '- item', String.raw`\- item`],
    ['another item', '+ item', String.raw`\+ item`],
    ['a numbered item', '12) item', String.raw`12\) item`],
    ['a quote', '> said', String.raw`\> said`],
    ['emphasis', '**a** _b_ ~~c~~', String.raw`\*\*a\*\* \_b\_ \~\~c\~\~`],
    ['an image', '![x](https://evil.example/a.png)', String.raw`!\[x\](https\://evil.example/a.png)`],
    [
      'a reference',
      '[x][1]\n\n[1]: https://evil.example',
      String.raw`\[x\]\[1\] \[1\]: https\://evil.example`,
    ],
    ['an automatic link', '<https://evil.example>', String.raw`\<https\://evil.example\>`],
    ['an address', 'see https://a.example/x_y', String.raw`see https\://a.example/x\_y`],
    ['an address without a scheme', 'www.evil.example', String.raw`www\.evil.example`],
    ['an address of mail', 'a@evil.example', String.raw`a\@evil.example`],
    ['HTML', '<img src=x onerror=y>', String.raw`\<img src=x onerror=y\>`],
    ['a comment', '<!-- x -->', String.raw`\<!-- x --\>`],
    ['code', '`x`', String.raw`\`x\``],
    ['a fence', '```\nx\n```', String.raw`\`\`\` x \`\`\``],
    ['a cell', 'a | b', String.raw`a \| b`],
    ['a cell with a backslash', String.raw`a \| b`, String.raw`a \\\| b`],
    ['an entity', '&lt;b&gt; & &#60;', String.raw`\&lt;b\&gt; & \&\#60;`],
    ['mathematics', '$x$', String.raw`\$x\$`],
    ['a hard line break', 'a  \nb\\\nc', String.raw`a b\\ c`],
    ['an override of the direction', 'a\u202eb', String.raw`a\\u202eb`],
  ])('takes %s for text', (_, text, markdown) => {
    expect(markdownText(text)).toBe(markdown);
  });

  it('leaves names, numbers, times and paths readable', () => {
    for (const text of [
      'web:42',
      'main/web',
      '2026-01-02T15:47:00.000Z',
      'exited with 137, 3 times.',
      '10.0.0.1:80',
    ])
      expect(markdownText(text)).toBe(text);
  });
});

describe('markdownCode', () => {
  it.each([
    ['plain', 'a|b', '`a|b`'],
    ['with backticks', 'a `b` ``c', '``` a `b` ``c ```'],
    ['of several lines', 'a\n\nb', '`a b`'],
    ['with unseen characters', '\u2067x', String.raw`\u2067x`.replace(/^|$/g, '`')],
    ['empty', '', '(empty)'],
  ])('keeps a value that is %s', (_, value, markdown) => {
    expect(markdownCode(value)).toBe(markdown);
  });

  it('is text in a cell where a bar would end the cell', () => {
    expect(markdownCodeCell('acme/web:1')).toBe('`acme/web:1`');
    expect(markdownCodeCell(String.raw`a\|b`)).toBe(String.raw`a\\\|b`);
  });
});

describe('markdownLink', () => {
  it('keeps label and address within the link', () => {
    expect(markdownLink('a](x) [b', 'https://example.com/a)![x](https://evil.example')).toBe(
      String.raw`[a\](x) \[b](https://example.com/a%29%21%5Bx%5D%28https://evil.example)`,
    );
  });

  it.each(['javascript:alert(1)', 'http://example.com', 'data:text/html,x', 'no address'])(
    'is the label alone for %s',
    (address) => {
      expect(markdownLink('label', address)).toBe('label');
    },
  );
});

describe('markdownBlock', () => {
  it('has a fence that no line of it closes', () => {
    expect(markdownBlock(['````', 'x\r\u001b[2J'])).toBe('`````\n````\nx\\u000d\\u001b[2J\n`````');
  });

  it('takes a line with a million runs of backticks', () => {
    const line = '` '.repeat(1_000_000);
    expect(markdownBlock([line])).toBe(`\`\`\`\n${line}\n\`\`\``);
  });
});
