import { SlipwayError } from '../../../shared/errors.ts';
import { canonicalJson } from './canonical-json.ts';

/** The CLI names its options after the fields of the API, and writes false as `--no-` and the name. */
export function optionsOf(members: object): readonly string[] {
  const given = Object.entries(members).filter(([, value]: [string, unknown]) => value !== undefined);
  return given.map(([member, value]: [string, unknown]) => {
    const name = member.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    switch (typeof value) {
      case 'boolean':
        return value ? `--${name}` : `--no-${name}`;
      case 'object':
        return `--${name} ${shellWord(canonicalJson(value))}`;
      default:
        return `--${name} ${shellWord(String(value))}`;
    }
  });
}

/** A text as one word of a POSIX shell: as it is where no character means anything, else in single quotes. */
export function shellWord(text: string): string {
  if (/^[A-Za-z0-9_./:@%+=,-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

const ESCAPED_IN_QUOTES = new Set(['$', '`', '"', '\\']);

/**
 * The words of a line, by the quoting of a POSIX shell; nothing is expanded. Throws INVALID_INPUT, which names the place, for a
 * quote without its end. https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02
 */
export function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: { readonly mark: string; readonly at: number } | undefined;
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    const next = line.charAt(at + 1);
    if (quote !== undefined) {
      if (character === quote.mark) quote = undefined;
      else if (quote.mark === '"' && character === '\\' && ESCAPED_IN_QUOTES.has(next)) {
        word = (word ?? '') + next;
        at += 1;
      } else word = (word ?? '') + character;
    } else if (character === "'" || character === '"') {
      quote = { mark: character, at };
      word ??= '';
    } else if (character === '\\') {
      if (next === '') throw unparsable(at, 'the backslash at the end of the line has nothing after it');
      word = (word ?? '') + next;
      at += 1;
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
  }
  if (quote !== undefined) throw unparsable(quote.at, `the quote ${quote.mark} has no end`);
  return word === undefined ? words : [...words, word];
}

function unparsable(at: number, problem: string): SlipwayError {
  return new SlipwayError('INVALID_INPUT', `The command can't be read at character ${at + 1}: ${problem}.`, {
    detail: { field: 'commandLine', at: String(at + 1) },
  });
}
