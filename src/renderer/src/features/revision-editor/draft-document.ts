/** Where something stands in a document: members by name, items of lists by number. */
export type Place = readonly (string | number)[];

/**
 * The JSON of a task definition as a form changes it; undefined while the text is no JSON object, and for one with the
 * same member twice, of which a form would lose one.
 */
export function readDocument(json: string): object | undefined {
  try {
    const read: unknown = JSON.parse(json);
    return isObject(read) && membersIn(read) === membersWritten(json) ? read : undefined;
  } catch {
    return undefined;
  }
}

/** How many members a text of JSON writes: a colon outside of strings stands for each. */
function membersWritten(json: string): number {
  return json.replace(/"(?:[^"\\]|\\.)*"/g, '').split(':').length - 1;
}

function membersIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const held = Object.values(value).reduce<number>((count, each) => count + membersIn(each), 0);
  return held + (Array.isArray(value) ? 0 : Object.keys(value).length);
}

export function writeDocument(document: object): string {
  return JSON.stringify(document, null, 2);
}

/** What stands at a place; undefined where there is nothing. */
export function valueAt(document: unknown, place: Place): unknown {
  return place.reduce<unknown>((held, step) => memberOf(held, step), document);
}

/** The text at a place, as an input shows it. */
export function textAt(document: unknown, place: Place): string {
  const value = valueAt(document, place);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** The items of the list at a place; none where there is no list. */
export function itemsAt(document: unknown, place: Place): readonly unknown[] {
  const value = valueAt(document, place);
  return Array.isArray(value) ? value : [];
}

/** The members of the object at a place, in their order. */
export function membersAt(document: unknown, place: Place): readonly (readonly [string, unknown])[] {
  const value = valueAt(document, place);
  return isObject(value) ? Object.entries(value) : [];
}

/** The document with another value at a place; undefined takes the member or the item out. */
export function withValue(document: object, place: Place, value: unknown): object {
  const [step, ...rest] = place;
  if (step === undefined) return isObject(value) ? value : document;
  const changed = rest.length === 0 ? value : withValue(roomFor(memberOf(document, step), rest), rest, value);
  if (Array.isArray(document)) return withItem(document, Number(step), changed);
  if (changed !== undefined) return { ...document, [step]: changed };
  return Object.fromEntries(Object.entries(document).filter(([name]) => name !== step));
}

/** As the engine names a place in its problems: `containerDefinitions[0].image`. */
export function pathOf(place: Place): string {
  return place.reduce<string>((path, step) => {
    if (typeof step === 'number') return `${path}[${step}]`;
    return path === '' ? step : `${path}.${step}`;
  }, '');
}

function withItem(items: readonly unknown[], at: number, value: unknown): readonly unknown[] {
  if (value === undefined) return items.filter((_item, index) => index !== at);
  return at < items.length ? items.map((item, index) => (index === at ? value : item)) : [...items, value];
}

/** What holds the next steps: what is there, or something empty of the right kind. */
function roomFor(held: unknown, [next]: Place): object {
  if (typeof held === 'object' && held !== null) return held;
  return typeof next === 'number' ? [] : {};
}

function memberOf(held: unknown, step: string | number): unknown {
  if (Array.isArray(held)) return held[Number(step)];
  return isObject(held) && Object.hasOwn(held, step)
    ? Object.entries(held).find(([name]) => name === step)?.[1]
    : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
