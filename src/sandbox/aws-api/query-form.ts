import { NormalizedSchema } from '@smithy/core/schema';
import type { $SchemaRef } from '@smithy/types';

/** The parameters of an AWS Query call, by their dotted names, such as `Tags.member.1.Key`. */
export type QueryForm = Readonly<Record<string, string>>;

/** The parameters below one part of their names, so that each is looked up in one step however many there are. */
interface Branch {
  text?: string;
  readonly below: Map<string, Branch>;
}

/**
 * Turns a form into the JSON that the same request would be in AWS JSON, so that one reader checks both: lists come
 * out of `Name.member.1`, maps of `Name.entry.1.key` and `Name.entry.1.value`, and numbers and booleans out of text.
 * What is not of its type is left as text, for the reader to refuse. Rules of the Smithy `awsQuery` protocol.
 */
export function jsonOfForm(schema: $SchemaRef, form: QueryForm): unknown {
  return structureOf(NormalizedSchema.of(schema), branchesOf(form));
}

function branchesOf(form: QueryForm): Branch {
  const root: Branch = { below: new Map() };
  for (const [name, text] of Object.entries(form)) {
    let branch = root;
    for (const part of name.split('.')) {
      const known = branch.below.get(part) ?? { below: new Map() };
      branch.below.set(part, known);
      branch = known;
    }
    branch.text = text;
  }
  return root;
}

function jsonOfValue(schema: NormalizedSchema, branch: Branch | undefined): unknown {
  if (branch === undefined) return undefined;
  if (schema.isStructSchema()) return structureOf(schema, branch);
  if (schema.isListSchema()) return listOf(schema, branch);
  if (schema.isMapSchema()) return mapOf(schema, branch);
  return branch.text === undefined ? undefined : jsonOfText(schema, branch.text);
}

/** Text as the JSON value of its type: numbers and booleans out of their words. */
export function jsonOfText(schema: NormalizedSchema, text: string): unknown {
  if (schema.isBooleanSchema()) return text === 'true' ? true : text === 'false' ? false : text;
  if (schema.isTimestampSchema()) return secondsOf(text);
  if (schema.isNumericSchema()) return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
  return text;
}

function structureOf(schema: NormalizedSchema, { below }: Branch): Record<string, unknown> {
  const structure: Record<string, unknown> = {};
  for (const [member, memberSchema] of schema.structIterator()) {
    const { xmlName } = memberSchema.getMergedTraits();
    const value = jsonOfValue(memberSchema, below.get(xmlName ?? member));
    if (value !== undefined) structure[member] = value;
  }
  return structure;
}

function listOf(schema: NormalizedSchema, branch: Branch): unknown {
  // An empty list is written as its bare name.
  if (branch.text === '') return [];
  const item = schema.getValueSchema();
  const isFlat = schema.getMergedTraits().xmlFlattened !== undefined;
  const items = isFlat ? branch : branch.below.get(item.getMergedTraits().xmlName ?? 'member');
  const list = numbered(items).map((each) => jsonOfValue(item, each));
  return list.length === 0 ? undefined : list;
}

function mapOf(schema: NormalizedSchema, { below }: Branch): unknown {
  const entries = numbered(below.get('entry')).map((entry) => [
    entry.below.get('key')?.text ?? '',
    jsonOfValue(schema.getValueSchema(), entry.below.get('value')),
  ]);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** What is below 1, 2, 3 and so on, up to the first number that doesn't exist. */
function numbered(branch: Branch | undefined): readonly Branch[] {
  const found: Branch[] = [];
  for (let next = branch?.below.get('1'); next !== undefined; ) {
    found.push(next);
    next = branch?.below.get(String(found.length + 1));
  }
  return found;
}

/** The reader takes timestamps as seconds since 1970; here they come as ISO 8601. */
function secondsOf(text: string): number | string {
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? text : milliseconds / 1000;
}
