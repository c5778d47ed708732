import { type Node, parseTree, printParseErrorCode, visit } from 'jsonc-parser';

/** Why a text is no JSON, and where. */
export interface JsonMistake {
  readonly at: number;
  readonly message: string;
}

/** A JSON text as a tree with the offset and length of every value, and as `JSON.parse` reads it. */
export interface JsonRead {
  readonly node: Node;
  readonly value: unknown;
}

/** A task definition nests to 6 levels. The parser calls itself for each level of a text, and the stack has an end. */
const MOST_LEVELS = 100;
/** Some editors of Windows write it before the first character, where JSON has no place for it. */
const BYTE_ORDER_MARK = '\uFEFF';
/** Characters of the text that a message quotes. */
const MOST_QUOTED = 40;

/** Reads JSON with the place of every value. Returns the first mistake otherwise; a comment is one. */
export function readJson(text: string): JsonRead | { readonly mistake: JsonMistake } {
  if (text.startsWith(BYTE_ORDER_MARK)) {
    return {
      mistake: { at: 0, message: 'The document begins with a byte order mark: save it as UTF-8 without BOM' },
    };
  }
  const mistake = visitUntilMistake(text, mistakeOf);
  if (mistake !== undefined) return { mistake };
  const node = parseTree(text);
  if (node === undefined) return { mistake: { at: 0, message: 'The document is empty' } };
  return { node, value: JSON.parse(text) };
}

/** Whether objects and lists nest deeper than a task definition may. The text need not be whole. */
export function nestsTooDeep(text: string): boolean {
  return visitUntilMistake(text, () => undefined) !== undefined;
}

/** What the parser found where something else is expected. `quoted` is empty at the end of the text. */
interface Surprise {
  /** The parser's name of it, such as `InvalidSymbol`. */
  readonly code: string;
  readonly quoted: string;
  readonly expected: string;
}

/** Ends a visit: the parser itself continues after a mistake, and down without end. */
class Mistake extends Error {
  readonly at: number;
  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

/** @param messageOf undefined: the parser mends the text and continues */
function visitUntilMistake(
  text: string,
  messageOf: (surprise: Surprise) => string | undefined,
): JsonMistake | undefined {
  const open: ('object' | 'list')[] = [];
  let expected = 'a value';
  const begin = (kind: 'object' | 'list', at: number): void => {
    if (open.length === MOST_LEVELS) {
      throw new Mistake(at, `Nested more than ${MOST_LEVELS} levels deep`);
    }
    open.push(kind);
    expected = firstIn(kind);
  };
  const endValue = (): void => {
    const around = open.at(-1);
    expected = around === undefined ? 'the end of the document' : `a comma or the end of the ${around}`;
  };
  const end = (): void => {
    open.pop();
    endValue();
  };
  try {
    visit(
      text,
      {
        onObjectBegin: (at) => begin('object', at),
        onArrayBegin: (at) => begin('list', at),
        onObjectEnd: end,
        onArrayEnd: end,
        onLiteralValue: endValue,
        onObjectProperty(_name, at, length) {
          expected = `a colon after ${quote(text, at, length)}`;
        },
        onSeparator(sign) {
          expected = sign === ':' ? 'a value' : firstIn(open.at(-1));
        },
        onError(code, at, length) {
          const message = messageOf({
            code: printParseErrorCode(code),
            quoted: quote(text, at, length),
            expected,
          });
          if (message !== undefined) throw new Mistake(at, message);
        },
      },
      { disallowComments: true },
    );
    return undefined;
  } catch (error) {
    if (error instanceof Mistake) return { at: error.at, message: error.message };
    throw error;
  }
}

function firstIn(kind: 'object' | 'list' | undefined): string {
  return kind === 'object' ? 'a field name in double quotes' : 'a value';
}

function quote(text: string, at: number, length: number): string {
  const part = text.slice(at, at + Math.min(length, MOST_QUOTED)).toWellFormed();
  return length > MOST_QUOTED ? `${part}…` : part;
}

function mistakeOf({ code, quoted, expected }: Surprise): string {
  switch (code) {
    case 'InvalidCommentToken':
      return 'JSON does not allow comments: remove this one';
    case 'UnexpectedEndOfString':
      return 'A string is not closed on its line';
    case 'InvalidCharacter':
      return 'This string contains a control character: write it as an escape such as \\u0000 or \\t';
    case 'InvalidEscapeCharacter':
    case 'InvalidUnicode':
      return 'This string contains an invalid escape sequence; write a backslash as \\\\';
    case 'InvalidNumberFormat':
    case 'UnexpectedEndOfNumber':
      return `${quoted} is not a number: it needs digits after its point or exponent`;
    case 'CloseBraceExpected':
      return 'The document ends before the end of the object';
    case 'CloseBracketExpected':
      return 'The document ends before the end of the list';
    case 'EndOfFileExpected':
      return 'Unexpected text after the end of the object';
    default:
      if (quoted === '') return `The document ends where ${expected} is expected`;
      if (code === 'InvalidSymbol' && expected === 'a value') {
        return `${quoted} is not a value: strings need double quotes`;
      }
      return `Expected ${expected}, found ${quoted}`;
  }
}
