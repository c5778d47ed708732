/* oxlint-disable no-control-regex -- escape sequences are what is looked for */
import Anser from 'anser';
import { COLOURS, hasEscape, withColoursOnly } from '../../../../shared/escape-sequences.ts';
import { visibleText } from '../../../../shared/visible-text.ts';

/** Characters of a line that are drawn before a person asks for all of it. CloudWatch keeps lines of up to 256 kB. */
export const SHOWN_CHARACTERS = 2_000;
const LONGEST_JSON = 65_536;
/** JSON.stringify calls itself for each level, and indents each further: a deep line would end the page, or fill it. */
const DEEPEST_JSON = 100;
const LISTED_FIELDS = 6;
const LONGEST_VALUE = 48;

/** The colours that a line may have. What a program asks for becomes the nearest one, which both themes can show readably. */
export type Tone = 'red' | 'yellow' | 'green' | 'cyan' | 'blue' | 'magenta' | 'dim';

/** A part of a line that looks the same. */
export interface Piece {
  readonly text: string;
  readonly tone: Tone | undefined;
  readonly isBold: boolean;
  readonly isMatch: boolean;
}

/** Where a filter matches in a text: pairs of start and end, in order. */
export type Highlighter = (text: string) => readonly (readonly [start: number, end: number])[];

/**
 * Anser copies every decoration that a line has begun at each of its sequences, which takes time and memory in proportion to
 * the square of their number. Lines with more of them, or with longer ones, are shown without colours.
 */
const MOST_COLOURS = 200;
const LONGEST_COLOUR = 40;

/** The parts of a line, with its colours and with what the filter has found. Nothing in it steers the page or a terminal. */
export function piecesOf(raw: string, highlight: Highlighter | undefined): readonly Piece[] {
  const coloured = hasEscape(raw) ? colouredParts(withColoursOnly(raw)) : [piece(raw)];
  const visible = coloured.map((part) => ({ ...part, text: seenText(part.text) }));
  if (highlight === undefined) return visible;
  return withMatches(visible, highlight(visible.map(({ text }) => text).join('')));
}

/** Tabs stay; a carriage return at the end is of Windows. */
function seenText(text: string): string {
  return text.replace(/\r$/, '').split('\t').map(visibleText).join('\t');
}

function colouredParts(text: string): readonly Piece[] {
  const sequences = text.match(COLOURS) ?? [];
  if (sequences.length > MOST_COLOURS || sequences.some(({ length }) => length > LONGEST_COLOUR))
    return [piece(text.replaceAll(COLOURS, ''))];
  return Anser.ansiToJson(text, { remove_empty: true }).map(({ content, fg, decorations }) =>
    piece(content, {
      tone: decorations.includes('dim') ? 'dim' : toneOf(fg),
      isBold: decorations.includes('bold'),
    }),
  );
}

function piece(text: string, look: Partial<Omit<Piece, 'text'>> = {}): Piece {
  return { text, tone: undefined, isBold: false, isMatch: false, ...look };
}

/** The nearest tone of a colour such as `187, 0, 0`; greys, white and black are the colour of the text. */
function toneOf(colour: string | null): Tone | undefined {
  const [red = 0, green = 0, blue = 0] = (colour ?? '').split(',').map(Number);
  const most = Math.max(red, green, blue);
  const span = most - Math.min(red, green, blue);
  if (span < 40) return undefined;
  // The sector of the colour circle, each 60 degrees wide.
  const sector =
    most === red
      ? (green - blue) / span
      : most === green
        ? 2 + (blue - red) / span
        : 4 + (red - green) / span;
  const tones = ['red', 'yellow', 'green', 'cyan', 'blue', 'magenta'] as const;
  return tones[(Math.round(sector) + 6) % 6];
}

/** Splits the parts where a match starts and ends. */
function withMatches(
  parts: readonly Piece[],
  matches: readonly (readonly [start: number, end: number])[],
): readonly Piece[] {
  const pieces: Piece[] = [];
  let start = 0;
  let next = 0;
  for (const part of parts) {
    const end = start + part.text.length;
    let at = start;
    while (at < end) {
      const [from, to] = matches[next] ?? [end, end];
      const cut = Math.min(end, at < from ? from : to);
      const isMatch = at >= from && at < to;
      if (cut > at) pieces.push({ ...part, text: part.text.slice(at - start, cut - start), isMatch });
      at = Math.max(at, cut);
      if (at >= to && next < matches.length) next += 1;
    }
    start = end;
  }
  return pieces;
}

/** A line that is a JSON object: its message, and its other fields. */
export interface JsonLine {
  readonly message: string;
  /** The first fields, in short. */
  readonly listed: readonly (readonly [name: string, value: string])[];
  readonly moreFields: number;
  /** Every field with its value as JSON. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

const MESSAGES = ['message', 'msg', 'log', 'event', 'error', 'err'];
/** The line shows these in its own columns. */
const IN_COLUMNS = new Set(['time', 'timestamp', '@timestamp', 'ts', 'level', 'severity', 'lvl']);

/** The fields of a line that is a JSON object; undefined for any other line. */
export function jsonLineOf(text: string): JsonLine | undefined {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{') || !trimmed.endsWith('}') || trimmed.length > LONGEST_JSON) return undefined;
  const value = parsed(trimmed);
  if (typeof value !== 'object' || value === null || isDeeper(trimmed, DEEPEST_JSON)) return undefined;
  const fields = Object.entries(value);
  const message = MESSAGES.map((name) => fields.find(([each]) => each === name)).find(
    (field) => typeof field?.[1] === 'string',
  );
  const others = fields.filter(([name]) => name !== message?.[0] && !IN_COLUMNS.has(name.toLowerCase()));
  return {
    message: typeof message?.[1] === 'string' ? message[1] : '',
    listed: others.slice(0, LISTED_FIELDS).map(([name, each]) => [name, inShort(each)]),
    moreFields: Math.max(0, others.length - LISTED_FIELDS),
    fields: fields.map(([name, each]) => [
      name,
      typeof each === 'string' ? each : JSON.stringify(each, undefined, 2),
    ]),
  };
}

/** Whether valid JSON is nested deeper than so many levels. Linear, because each of its strings has an end. */
function isDeeper(json: string, most: number): boolean {
  let depth = 0;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/gs)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    if (depth > most) return true;
  }
  return false;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function inShort(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
