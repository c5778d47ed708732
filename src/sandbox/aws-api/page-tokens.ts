import { createHash } from 'node:crypto';

/** How services name the token of a page, in requests and in answers. */
const TOKENS = ['nextToken', 'NextToken'] as const;
const SIZES: ReadonlySet<string> = new Set(['maxResults', 'MaxResults', 'limit', 'Limit']);

/** A list as one caller asked for it: what else stands in the request, the size of a page aside. */
interface List {
  readonly operation: string;
  readonly region: string;
  readonly input: object;
}

const MARK = /^([0-9a-f]{12})\./;
/** No service takes it for a token of its own, so that each refuses it in its own words. */
const NO_TOKEN = '!';

/**
 * The request with the token as its handler gave it out. A token of another list, whether of another operation or of the
 * same one with other parameters, becomes one that no handler takes: a token "is only used to retrieve the next items in
 * a list" (ECS API reference, ListServices, nextToken).
 */
export function openToken(list: List): object {
  const member = TOKENS.find((name) => name in list.input);
  if (member === undefined) return list.input;
  const token: unknown = Reflect.get(list.input, member);
  const mark = typeof token === 'string' ? MARK.exec(token) : null;
  if (mark === null || typeof token !== 'string') return list.input;
  const isOfList = mark[1] === markOf(list);
  return { ...list.input, [member]: isOfList ? token.slice(mark[0].length) : NO_TOKEN };
}

/** The answer with a token that names its list. */
export function sealToken(output: object, list: List): object {
  const member = TOKENS.find((name) => typeof Reflect.get(output, name) === 'string');
  if (member === undefined) return output;
  return { ...output, [member]: `${markOf(list)}.${String(Reflect.get(output, member))}` };
}

function markOf({ operation, region, input }: List): string {
  const asked = Object.entries(input)
    .filter(([name]) => !SIZES.has(name) && !TOKENS.some((token) => token === name))
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([operation, region, asked]))
    .digest('hex')
    .slice(0, 12);
}
