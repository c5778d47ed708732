/** A value of a JSON text with the place where it stands: offsets of its first character and after its last one. */
export type JsonNode = { readonly from: number; readonly to: number } & (
  | { readonly kind: 'object'; readonly members: readonly JsonMember[] }
  | { readonly kind: 'list'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'scalar'; readonly value: string | number | boolean | null }
);

export interface JsonMember {
  readonly name: string;
  /** Where the name begins. */
  readonly at: number;
  readonly node: JsonNode;
}

/** Why a text is no JSON, and where. */
export interface JsonMistake {
  readonly at: number;
  readonly message: string;
}

/** A task definition nests to 6 levels. Each level of a text is a call here, and the stack has an end. */
const MOST_LEVELS = 100;

/** What a character begins: a text, a number or a word, a sign, or something that JSON does not have. */
const TOKEN = /[ \t\r\n]*(?:("(?:[^"\\\t\r\n]|\\.)*")|([-\w.+]+)|([[\]{},:])|$|(.))/suy;

type Token =
  | { readonly kind: 'text' | 'word' | 'sign' | 'other'; readonly at: number; readonly text: string }
  | { readonly kind: 'end'; readonly at: number; readonly text: '' };

class NoJson extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** Reads JSON with the place of every value, which `JSON.parse` does not tell. Answers the first mistake otherwise. */
export function readJson(text: string): { readonly node: JsonNode } | { readonly mistake: JsonMistake } {
  try {
    const tokens = tokensOf(text);
    const node = readValue(tokens, 0);
    const rest = tokens.next();
    if (rest.kind !== 'end') throw new NoJson('Nothing may follow the end of the object', rest.at);
    return { node };
  } catch (error) {
    if (error instanceof NoJson) return { mistake: { at: error.at, message: error.message } };
    throw error;
  }
}

interface Tokens {
  readonly next: () => Token;
  readonly peek: () => Token;
}

function tokensOf(text: string): Tokens {
  let offset = 0;
  let ahead: Token | undefined;
  function read(): Token {
    TOKEN.lastIndex = offset;
    const [whole = '', quoted, word, sign, other] = TOKEN.exec(text) ?? [];
    offset += whole.length;
    const found = quoted ?? word ?? sign ?? other;
    if (found === undefined) return { kind: 'end', at: text.length, text: '' };
    const at = offset - found.length;
    if (quoted !== undefined) return { kind: 'text', at, text: quoted };
    if (word !== undefined) return { kind: 'word', at, text: word };
    return { kind: sign === undefined ? 'other' : 'sign', at, text: found };
  }
  return {
    next() {
      const token = ahead ?? read();
      ahead = undefined;
      return token;
    },
    peek() {
      ahead ??= read();
      return ahead;
    },
  };
}

/** @param level how many objects and lists are around it */
function readValue(tokens: Tokens, level: number): JsonNode {
  const token = tokens.next();
  const { at: from, text } = token;
  if (level === MOST_LEVELS) throw new NoJson(`Nothing may nest deeper than ${MOST_LEVELS} levels`, from);
  if (text === '{') return readObject(tokens, from, level + 1);
  if (text === '[') return readList(tokens, from, level + 1);
  if (token.kind === 'text') return { kind: 'scalar', from, to: from + text.length, value: textOf(token) };
  if (token.kind === 'word') return { kind: 'scalar', from, to: from + text.length, value: wordOf(token) };
  throw unexpected(token, 'a value');
}

function readObject(tokens: Tokens, from: number, level: number): JsonNode {
  const members: JsonMember[] = [];
  if (tokens.peek().text === '}') return { kind: 'object', from, to: tokens.next().at + 1, members };
  for (;;) {
    const name = tokens.next();
    if (name.kind !== 'text') throw unexpected(name, 'the name of a member in double quotes');
    const colon = tokens.next();
    if (colon.text !== ':') throw unexpected(colon, `a colon after ${name.text}`);
    members.push({ name: textOf(name), at: name.at, node: readValue(tokens, level) });
    const after = tokens.next();
    if (after.text === '}') return { kind: 'object', from, to: after.at + 1, members };
    if (after.text !== ',') throw unexpected(after, 'a comma or the end of the object');
  }
}

function readList(tokens: Tokens, from: number, level: number): JsonNode {
  const items: JsonNode[] = [];
  if (tokens.peek().text === ']') return { kind: 'list', from, to: tokens.next().at + 1, items };
  for (;;) {
    items.push(readValue(tokens, level));
    const after = tokens.next();
    if (after.text === ']') return { kind: 'list', from, to: after.at + 1, items };
    if (after.text !== ',') throw unexpected(after, 'a comma or the end of the list');
  }
}

function textOf({ text, at }: Token): string {
  const value = parsed(text);
  if (typeof value === 'string') return value;
  throw new NoJson(
    'This text holds a backslash or a character that means nothing; a backslash itself is written \\\\',
    at,
  );
}

function wordOf({ text, at }: Token): number | boolean | null {
  const value = parsed(text);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  throw new NoJson(`${text} is no value: a text stands in double quotes`, at);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unexpected({ kind, text, at }: Token, expected: string): NoJson {
  if (kind === 'end') return new NoJson(`The text ends where ${expected} is expected`, at);
  if (text === '"') return new NoJson('A text does not end on its line', at);
  return new NoJson(`There is ${text} where ${expected} is expected`, at);
}

/** The value of a node, as `JSON.parse` would have it. */
export function jsonValueOf(node: JsonNode): unknown {
  switch (node.kind) {
    case 'object':
      return Object.fromEntries(node.members.map(({ name, node: held }) => [name, jsonValueOf(held)]));
    case 'list':
      return node.items.map(jsonValueOf);
    case 'scalar':
      return node.value;
  }
}
