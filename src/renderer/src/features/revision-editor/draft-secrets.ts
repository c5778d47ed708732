import { mayBeSecret } from '../../../../shared/looks-secret.ts';

/**
 * Values that may be secret are left out of a stored draft. The text may be JSON that is not finished, so that it is
 * searched as text. A value that the base revision has too is restored from there.
 */

const NOT_STORED = '‹not stored›';
const OF_BASE = /^"‹base (\d+)›"$/;

/** A string, which ends with its line where it is not closed; a bare word; or a sign. */
const TOKEN = /"(?:[^"\\\n]|\\.)*"?|[^\s"{}[\],:]+|[{}[\],:]/g;

interface FoundValue {
  /** Of the variable; empty where it has none yet. */
  readonly name: string;
  /** As it is written, with its quotes. */
  readonly literal: string;
  readonly from: number;
}

/** The text as it may be stored, and the names of the values that are left out of it. */
export function withoutSecrets(
  json: string,
  base: string,
): { readonly json: string; readonly withheld: readonly string[] } {
  const known = secretsIn(base).map(({ literal }) => literal);
  const found = secretsIn(json);
  const withheld = found.filter(({ literal }) => !known.includes(literal)).map(({ name }) => name);
  const stored = replaced(json, found, ({ literal }) => {
    const place = known.indexOf(literal);
    return place === -1 ? `"${NOT_STORED}"` : `"‹base ${place}›"`;
  });
  return { json: stored, withheld };
}

/** The text of a stored draft with the values of the base back in it, and the names of those that are missing. */
export function withSecretsOf(
  stored: string,
  base: string,
): { readonly json: string; readonly missing: readonly string[] } {
  const known = secretsIn(base);
  const marked = pairsIn(stored).filter(
    ({ literal }) => literal === `"${NOT_STORED}"` || OF_BASE.test(literal),
  );
  const restored = ({ literal }: FoundValue): string =>
    known[Number(OF_BASE.exec(literal)?.[1] ?? Number.NaN)]?.literal ?? '""';
  return {
    json: replaced(stored, marked, restored),
    missing: marked.filter((each) => restored(each) === '""').map(({ name }) => name),
  };
}

function secretsIn(json: string): readonly FoundValue[] {
  return pairsIn(json).filter(({ name, literal }) => {
    const value = unquoted(literal);
    if (name === '') return value !== '' && !value.startsWith('arn:');
    return mayBeSecret(name, value);
  });
}

/** Variables by their name, and texts by the name of their field. */
function pairsIn(json: string): readonly FoundValue[] {
  const tokens = [...json.matchAll(TOKEN)].map((match) => ({ text: match[0], from: match.index }));
  return tokens.flatMap(({ text }, place) => {
    const next = tokens[place + 1];
    const value = next?.text === ':' ? tokens[place + 2] : next;
    if (!text.startsWith('"') || value === undefined || /^[{}[\],:]$/.test(value.text)) return [];
    const found = { literal: value.text, from: value.from };
    if (text === '"value"') return [{ ...found, name: nameBeside(tokens, place) }];
    const isText = value.text.startsWith('"') && next?.text === ':';
    return isText && text !== '"name"' && text !== '"key"' ? [{ ...found, name: unquoted(text) }] : [];
  });
}

/** The name in the same object, before or after the value; empty where there is none. */
function nameBeside(tokens: readonly { readonly text: string }[], place: number): string {
  const isBrace = ({ text }: { readonly text: string }): boolean => text === '{' || text === '}';
  const start = tokens.slice(0, place).findLastIndex(isBrace) + 1;
  const length = tokens.slice(place).findIndex(isBrace);
  const fields = tokens.slice(start, length === -1 ? tokens.length : place + length);
  const named = fields.findIndex(
    ({ text }, at) => /^"(?:name|key)"$/.test(text) && fields[at + 1]?.text === ':',
  );
  return named === -1 ? '' : unquoted(fields[named + 2]?.text ?? '');
}

function unquoted(literal: string): string {
  return literal.replace(/^"|"$/g, '');
}

function replaced(
  json: string,
  found: readonly FoundValue[],
  literalOf: (value: FoundValue) => string,
): string {
  const parts = found.map((value, place) => {
    const end = found[place - 1];
    return json.slice(end === undefined ? 0 : end.from + end.literal.length, value.from) + literalOf(value);
  });
  const last = found.at(-1);
  return parts.join('') + json.slice(last === undefined ? 0 : last.from + last.literal.length);
}
