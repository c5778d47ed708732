import { visibleText } from '../../../shared/visible-text.ts';
import type { Line, Output, Segment, Style } from './output.ts';

/** Prints a line of the answer. On a terminal that is narrower, it is broken between words. */
export function printWrapped(output: Output, line: Line): void {
  for (const each of wrapLine(line, output.columns)) output.line(each);
}

interface Character {
  readonly text: string;
  readonly style: Style | undefined;
}

/** Narrower terminals break lines themselves. */
const FEWEST_COLUMNS = 20;

/**
 * A line in parts that each fit the width of a terminal. Parts after the first are indented further than the line. A word that
 * fits no line, such as an ARN, is broken where the width ends.
 */
export function wrapLine(line: Line, columns: number | undefined): readonly Line[] {
  const characters = charactersOf(line);
  if (columns === undefined || columns < FEWEST_COLUMNS || characters.length <= columns) return [line];
  const start = characters.findIndex(({ text }) => text !== ' ');
  const indent = Math.min(start + 2, Math.floor(columns / 2));
  const lead: readonly Character[] = [{ text: ' '.repeat(indent), style: undefined }];
  const parts: Line[] = [];
  let rest = characters;
  let room = columns;
  while (rest.length > room) {
    const end = endOfPart(rest, { start: parts.length === 0 ? start : 0, room, widest: columns - indent });
    parts.push(segmentsOf([...(parts.length === 0 ? [] : lead), ...rest.slice(0, end)]));
    const next = rest.findIndex(({ text }, at) => at >= end && text !== ' ');
    rest = next === -1 ? [] : rest.slice(next);
    room = columns - indent;
  }
  if (rest.length > 0) parts.push(segmentsOf([...lead, ...rest]));
  return parts;
}

interface Part {
  /** Where its first word begins. */
  readonly start: number;
  readonly room: number;
  /** The length of the longest word that fits a part of its own. */
  readonly widest: number;
}

/** How many characters go into a part. */
function endOfPart(characters: readonly Character[], { start, room, widest }: Part): number {
  const space = characters.findLastIndex(({ text }, at) => at > start && at <= room && text === ' ');
  if (space === -1) return room;
  const next = characters.findIndex(({ text }, at) => at > space && text === ' ');
  const word = (next === -1 ? characters.length : next) - space - 1;
  return word > widest ? room : space;
}

function charactersOf(line: Line): readonly Character[] {
  return (typeof line === 'string' ? [line] : line).flatMap((segment) => {
    const { text, style } = typeof segment === 'string' ? { text: segment, style: undefined } : segment;
    return Array.from(visibleText(text), (character) => ({ text: character, style }));
  });
}

function segmentsOf(characters: readonly Character[]): Line {
  const segments: Segment[] = [];
  let at = 0;
  while (at < characters.length) {
    const style = characters[at]?.style;
    const found = characters.findIndex((each, index) => index > at && each.style !== style);
    const end = found === -1 ? characters.length : found;
    const text = characters
      .slice(at, end)
      .map((each) => each.text)
      .join('');
    segments.push(style === undefined ? text : { text, style });
    at = end;
  }
  return segments;
}
