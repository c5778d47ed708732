import { plainText } from '../../../shared/escape-sequences.ts';
import type { Segment, Style } from './output.ts';

const ESCAPE = '\u001b';
/** Select Graphic Rendition, ECMA-48, section 8.3.117. */
const SGR = new RegExp(String.raw`${ESCAPE}\[([\d;]{0,40})m`, 'g');

const STYLES: Readonly<Record<string, Style>> = {
  1: 'bold',
  2: 'dim',
  31: 'red',
  32: 'green',
  33: 'yellow',
  34: 'cyan',
  36: 'cyan',
  90: 'dim',
  91: 'red',
  92: 'green',
  93: 'yellow',
  94: 'cyan',
  96: 'cyan',
};
const RESETS = new Set(['', '0', '22', '39']);

/**
 * The parts of a line with the colours that its SGR sequences ask for. Every other escape sequence is taken out, such as those
 * that set the title of a terminal or write to the clipboard.
 */
export function coloredSegments(text: string): readonly Segment[] {
  const segments: Segment[] = [];
  let style: Style | undefined;
  let from = 0;
  const add = (part: string): void => {
    const plain = plainText(part).replaceAll('\t', '  ');
    if (plain !== '') segments.push(style === undefined ? plain : { text: plain, style });
  };
  for (const { 0: sequence, 1: codes = '', index } of text.matchAll(SGR)) {
    add(text.slice(from, index));
    from = index + sequence.length;
    for (const code of codes.split(';')) {
      if (RESETS.has(code)) style = undefined;
      else if (Object.hasOwn(STYLES, code)) style = STYLES[code];
    }
  }
  add(text.slice(from));
  return segments;
}
