/**
 * An expression of the cluster query language, by which placement constraints and filters select container instances.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html
 */
export type ClusterQuery =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly ClusterQuery[] }
  | { readonly kind: 'not'; readonly part: ClusterQuery }
  | {
      readonly kind: 'term';
      /** For example `attribute:stack`. */
      readonly subject: string;
      readonly operator: ClusterQueryOperator;
      /** None for `exists`, one for most operators, several for `in`. */
      readonly values: readonly string[];
    };

/** Each by its name; `not_` turns it round. */
export interface ClusterQueryOperator {
  readonly kind: 'equals' | 'less_than' | 'greater_than' | 'exists' | 'in' | 'matches';
  readonly isNegated: boolean;
}

export type ReadQuery =
  | { readonly query: ClusterQuery }
  /** Why it is none: a sentence without its full stop. */
  | { readonly problem: string };

const is = (kind: ClusterQueryOperator['kind']): ClusterQueryOperator => ({ kind, isNegated: false });
const isNot = (kind: ClusterQueryOperator['kind']): ClusterQueryOperator => ({ kind, isNegated: true });

const OPERATORS: ReadonlyMap<string, ClusterQueryOperator> = new Map([
  ['==', is('equals')],
  ['equals', is('equals')],
  ['!=', isNot('equals')],
  ['not_equals', isNot('equals')],
  ['>', is('greater_than')],
  ['greater_than', is('greater_than')],
  ['>=', isNot('less_than')],
  ['greater_than_equal', isNot('less_than')],
  ['<', is('less_than')],
  ['less_than', is('less_than')],
  ['<=', isNot('greater_than')],
  ['less_than_equal', isNot('greater_than')],
  ['exists', is('exists')],
  ['!exists', isNot('exists')],
  ['not_exists', isNot('exists')],
  ['in', is('in')],
  ['!in', isNot('in')],
  ['not_in', isNot('in')],
  ['=~', is('matches')],
  ['matches', is('matches')],
  ['!~', isNot('matches')],
  ['not_matches', isNot('matches')],
]);

const TEXTS: ReadonlySet<string> = new Set(['equals', 'in', 'matches']);
const NUMBERS: ReadonlySet<string> = new Set(['equals', 'less_than', 'greater_than']);

/** The subjects besides attributes, with what they can be compared by. */
const SUBJECTS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['agentConnected', TEXTS],
  ['agentVersion', NUMBERS],
  ['ec2InstanceId', TEXTS],
  ['registeredAt', NUMBERS],
  ['runningTasksCount', NUMBERS],
  ['task:group', TEXTS],
]);

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Attribute.html (name) */
const ATTRIBUTE = /^attribute:[\w.\-/\\]{1,128}$/;

/** Whether instances can be told apart by it: `attribute:NAME`. */
export function isAttributeSubject(subject: string): boolean {
  return ATTRIBUTE.test(subject);
}

/** Deeper ones are not read, because each level is a call. */
const MOST_LEVELS = 50;

/** Reads an expression. Takes time in proportion to its length. */
export function readClusterQuery(text: string): ReadQuery {
  const reader = { text, at: 0 };
  try {
    const query = readAny(reader, 0);
    skipSpace(reader);
    if (reader.at < text.length) {
      throw new BrokenQuery(
        text[reader.at] === ')'
          ? 'it has a closing parenthesis without an opening one'
          : `“${rest(reader)}” follows a complete condition, where only and, or, or a closing parenthesis can follow`,
      );
    }
    return { query };
  } catch (error) {
    if (error instanceof BrokenQuery) return { problem: error.message };
    throw error;
  }
}

class BrokenQuery extends Error {}

interface Reader {
  readonly text: string;
  at: number;
}

const SHOWN_CHARACTERS = 40;

function rest({ text, at }: Reader): string {
  return text.slice(at, at + SHOWN_CHARACTERS);
}

function skipSpace(reader: Reader): void {
  while (/\s/.test(reader.text[reader.at] ?? '')) reader.at++;
}

/** Takes the next of some texts, if it stands there. A word must end where it ends. */
function takes(reader: Reader, ...texts: readonly string[]): boolean {
  skipSpace(reader);
  const found = texts.find((each) => {
    if (!reader.text.startsWith(each, reader.at)) return false;
    const next = reader.text[reader.at + each.length] ?? ' ';
    return !/^\w/.test(each) || !/[\w:.]/.test(next);
  });
  if (found === undefined) return false;
  reader.at += found.length;
  return true;
}

function readAny(reader: Reader, level: number): ClusterQuery {
  const parts = [readAll(reader, level)];
  while (takes(reader, 'or', '||')) parts.push(readAll(reader, level));
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: 'or', parts };
}

function readAll(reader: Reader, level: number): ClusterQuery {
  const parts = [readOne(reader, level)];
  while (takes(reader, 'and', '&&')) parts.push(readOne(reader, level));
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: 'and', parts };
}

function readOne(reader: Reader, level: number): ClusterQuery {
  if (level > MOST_LEVELS) throw new BrokenQuery(`it is nested more than ${MOST_LEVELS} levels deep`);
  if (takes(reader, 'not', '!')) return { kind: 'not', part: readOne(reader, level + 1) };
  if (!takes(reader, '(')) return readTerm(reader);
  const query = readAny(reader, level + 1);
  if (!takes(reader, ')')) throw new BrokenQuery('a closing parenthesis is missing');
  return query;
}

const SUBJECT = /[A-Za-z][\w.\-/\\:]*/y;
const OPERATOR = /!(?:in|exists)\b|[!=<>~]+|[a-z_]+/y;

function readTerm(reader: Reader): ClusterQuery {
  skipSpace(reader);
  const subject = match(reader, SUBJECT);
  if (subject === undefined) {
    throw new BrokenQuery(
      reader.at >= reader.text.length
        ? 'it ends where a subject such as attribute:NAME must follow'
        : `“${rest(reader)}” isn't a subject such as attribute:NAME`,
    );
  }
  const comparable = SUBJECTS.get(subject);
  if (comparable === undefined && !ATTRIBUTE.test(subject)) {
    throw new BrokenQuery(
      `${subject} isn't a subject. The subjects are ${[...SUBJECTS.keys()].join(', ')} and attribute:NAME`,
    );
  }
  skipSpace(reader);
  const sign = match(reader, OPERATOR) ?? '';
  const operator = OPERATORS.get(sign);
  if (operator === undefined) {
    throw new BrokenQuery(
      sign === '' ? `${subject} is not followed by an operator` : `“${sign}” isn't an operator`,
    );
  }
  if (comparable?.has(operator.kind) === false) {
    throw new BrokenQuery(`${subject} can't be compared with ${sign}`);
  }
  return { kind: 'term', subject, operator, values: readValues(reader, operator, `${subject} ${sign}`) };
}

function match(reader: Reader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.at;
  const [found] = pattern.exec(reader.text) ?? [];
  if (found === undefined) return undefined;
  reader.at += found.length;
  return found;
}

function readValues(reader: Reader, { kind }: ClusterQueryOperator, before: string): readonly string[] {
  if (kind === 'exists') return [];
  skipSpace(reader);
  if (kind !== 'in') return [readValue(reader, before)];
  const end = reader.text.indexOf(']', reader.at);
  if (reader.text[reader.at] !== '[' || end < 0) {
    throw new BrokenQuery(`${before} needs a list in brackets, such as [blue, green]`);
  }
  const values = reader.text.slice(reader.at + 1, end).split(',');
  reader.at = end + 1;
  return values.map((value) => value.trim());
}

/** Up to the next space. Parentheses in it, as patterns have them, come in pairs. */
function readValue(reader: Reader, before: string): string {
  const from = reader.at;
  let open = 0;
  while (reader.at < reader.text.length && !/\s/.test(reader.text[reader.at] ?? '')) {
    const character = reader.text[reader.at];
    if (character === ')' && open === 0) break;
    if (character === '(') open++;
    if (character === ')') open--;
    reader.at++;
  }
  if (reader.at === from) throw new BrokenQuery(`${before} is not followed by a value`);
  return reader.text.slice(from, reader.at);
}
