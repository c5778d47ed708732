import { posix } from 'node:path';
import { SlipwayError } from '../../../shared/errors.ts';
import { createPattern, literal, type Pattern, type Step } from '../../../shared/wildcard.ts';

/** What a .dockerignore leaves out of a build context. */
export interface IgnoreRules {
  /**
   * Whether a path, relative to the folder and with slashes, is left out.
   *
   * @param parent what was judged of the folder that it lies in; undefined at the top
   */
  judge(path: string, parent: Judgement | undefined): Judgement;
  /** Whether a file in a folder that is left out may be taken back by a pattern that starts with `!`. */
  readonly hasExceptions: boolean;
}

export interface Judgement {
  readonly isIgnored: boolean;
  /** Of each pattern, whether it holds for everything below this path too. */
  readonly matched: readonly boolean[];
}

/** Together they are matched against every file, so this bounds what a file name can cost. */
const MOST_PATTERN_CHARACTERS = 64 * 1024;

/**
 * Reads the text of a .dockerignore. The last pattern that matches a path, or a folder that the path is in, decides; but
 * an exception counts for what is in a folder only if it was needed for the folder itself: after `logs/*`, `!logs` takes
 * nothing back (github.com/moby/patternmatcher, `MatchesUsingParentResults`). Rules of "Dockerfile reference, .dockerignore file": Go's `filepath.Match` and `filepath.Clean`, with `**` for any
 * number of folders and `!` for exceptions.
 *
 * @param name of the file, for errors
 * @throws SlipwayError INVALID_INPUT with the line that is not a pattern, as `docker build` refuses it.
 */
export function readIgnoreRules(text: string, name: string): IgnoreRules {
  const rules = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap((line, index) => readLine(line, `Line ${index + 1} of ${name}`));
  const characters = rules.reduce((sum, { source }) => sum + source.length, 0);
  if (characters > MOST_PATTERN_CHARACTERS) {
    throw new SlipwayError(
      'INVALID_INPUT',
      `The patterns of ${name} have ${characters} characters together, and Slipway reads up to ${MOST_PATTERN_CHARACTERS}. Leave out folders instead of single files.`,
    );
  }
  const compiled = rules.map(({ source, isException, where }) => ({
    isException,
    pattern: pathPattern(source, where),
  }));
  return {
    hasExceptions: rules.some(({ isException }) => isException),
    judge(path, parent) {
      let isIgnored = false;
      const matched = compiled.map(({ isException, pattern }, index) => {
        const ofParent = parent?.matched[index] === true;
        // A pattern that can't change the outcome is not matched.
        const matches = ofParent || (isException === isIgnored && pattern.matches(path));
        if (matches) isIgnored = !isException;
        return matches;
      });
      return { isIgnored, matched };
    },
  };
}

interface Rule {
  readonly source: string;
  readonly isException: boolean;
  /** For example `Line 3 of .dockerignore`. */
  readonly where: string;
}

const GO_SPACE = /\p{White_Space}/u;

/** Comments are only those lines whose very first character is `#`. */
function readLine(line: string, where: string): readonly Rule[] {
  const text = line.startsWith('#') ? '' : trimmed(line);
  if (text === '') return [];
  const isException = text.startsWith('!');
  const pattern = isException ? trimmed(text.slice(1)) : text;
  if (pattern === '') throw badPattern(where, text, 'Write a pattern after the exclamation mark.');
  return [{ source: cleaned(pattern), isException, where }];
}

/** As Go's `strings.TrimSpace`: another set of spaces than that of JavaScript. */
function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && GO_SPACE.test(text.charAt(start))) start += 1;
  while (end > start && GO_SPACE.test(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** As Go's `filepath.Clean`, without a slash at the beginning. */
function cleaned(pattern: string): string {
  const normal = posix.normalize(pattern);
  return normal.replace(/^\//, '').replace(/\/$/, '');
}

const ANY: Step = { takes: 'many', of: () => true };
const NAME_CHARACTER = (character: string): boolean => character !== '/';

/**
 * Compiles one cleaned pattern. A class such as `[^a]` may also take a slash, and a backslash takes the next character
 * as it is.
 *
 * @throws SlipwayError INVALID_INPUT where a class or an escape is not finished.
 */
function pathPattern(source: string, where: string): Pattern {
  const characters = Array.from(source);
  const steps: Step[] = [];
  let at = 0;
  while (at < characters.length) {
    const character = characters[at] ?? '';
    at += 1;
    if (character === '*' && characters[at] === '*') {
      at += characters[at + 1] === '/' ? 2 : 1;
      steps.push(...anyFolders(characters, at, steps.length === 0));
    } else if (character === '*') {
      steps.push({ takes: 'many', of: NAME_CHARACTER });
    } else if (character === '?') {
      steps.push({ takes: 'one', of: NAME_CHARACTER });
    } else if (character === '[') {
      const { step, next } = readClass(characters, at, where, source);
      steps.push(step);
      at = next;
    } else if (character === '\\') {
      const escaped = characters[at];
      if (escaped === undefined) throw badPattern(where, source, 'Write two backslashes for one.');
      steps.push(literal(escaped));
      at += 1;
    } else {
      steps.push(literal(character));
    }
  }
  return createPattern(steps);
}

/**
 * What `**` stands for. At the end it is everything; else it is nothing or whatever ends with a slash. Docker compares
 * only the end of a path with `**name`, so that it leaves out `any-name` too.
 */
function anyFolders(characters: readonly string[], next: number, isFirst: boolean): readonly Step[] {
  if (next === characters.length) return [ANY];
  const isEndOfPath = isFirst && characters[next - 1] === '*' && !characters.slice(next).some(isSpecial);
  return isEndOfPath ? [ANY] : [{ takes: 'maybe', steps: 2 }, ANY, literal('/')];
}

function isSpecial(character: string): boolean {
  return '*?[]\\'.includes(character);
}

/** A class such as `[a-z]`, `[^0-9]` or `[\]]`, from behind its bracket. */
function readClass(
  characters: readonly string[],
  from: number,
  where: string,
  source: string,
): { readonly step: Step; readonly next: number } {
  const unfinished = () => badPattern(where, source, 'Finish the class that begins with “[”, as in [a-z].');
  const isNegated = characters[from] === '^';
  const ranges: { readonly low: string; readonly high: string }[] = [];
  let at = isNegated ? from + 1 : from;

  const readOne = (): string => {
    if (characters[at] === '\\') at += 1;
    const character = characters[at];
    if (character === undefined) throw unfinished();
    at += 1;
    return character;
  };
  while (ranges.length === 0 || characters[at] !== ']') {
    if (characters[at] === '-' || characters[at] === ']') throw unfinished();
    const low = readOne();
    if (characters[at] !== '-') {
      ranges.push({ low, high: low });
      continue;
    }
    at += 1;
    if (characters[at] === '-' || characters[at] === ']') throw unfinished();
    ranges.push({ low, high: readOne() });
  }

  const isInside = (character: string) => ranges.some(({ low, high }) => isBetween(character, low, high));
  return {
    step: { takes: 'one', of: (character) => isInside(character) !== isNegated },
    next: at + 1,
  };
}

/** By code points, which UTF-16 does not sort by. */
function isBetween(character: string, low: string, high: string): boolean {
  const point = character.codePointAt(0) ?? 0;
  return point >= (low.codePointAt(0) ?? 0) && point <= (high.codePointAt(0) ?? 0);
}

function badPattern(where: string, pattern: string, advice: string): SlipwayError {
  return new SlipwayError('INVALID_INPUT', `${where}, “${pattern}”, is not a pattern. ${advice}`);
}
