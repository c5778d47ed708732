import { NormalizedSchema } from '@smithy/core/schema';
import type { $SchemaRef } from '@smithy/types';

/** The parameters of an AWS Query call, by their dotted names, such as `Tags.member.1.Key`. */
export type QueryForm = Readonly<Record<string, string>>;

/**
 * Turns a form into the JSON that the same request would be in AWS JSON, so that one reader checks both: lists come
 * out of `Name.member.1`, maps of `Name.entry.1.key` and `Name.entry.1.value`, and numbers and booleans out of text.
 * What is not of its type is left as text, for the reader to refuse. Rules of the Smithy `awsQuery` protocol.
 */
export function jsonOfForm(schema: $SchemaRef, form: QueryForm): unknown {
  return structureOf(NormalizedSchema.of(schema), form, '');
}

function jsonOfValue(schema: NormalizedSchema, form: QueryForm, name: string): unknown {
  if (schema.isStructSchema())
    return hasPrefix(form, name) ? structureOf(schema, form, `${name}.`) : undefined;
  if (schema.isListSchema()) return listOf(schema, form, name);
  if (schema.isMapSchema()) return mapOf(schema, form, name);
  const text = Object.hasOwn(form, name) ? form[name] : undefined;
  return text === undefined ? undefined : jsonOfText(schema, text);
}

/** Text as the JSON value of its type: numbers and booleans out of their words. */
export function jsonOfText(schema: NormalizedSchema, text: string): unknown {
  if (schema.isBooleanSchema()) return text === 'true' ? true : text === 'false' ? false : text;
  if (schema.isTimestampSchema()) return secondsOf(text);
  if (schema.isNumericSchema()) return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
  return text;
}

function structureOf(schema: NormalizedSchema, form: QueryForm, prefix: string): Record<string, unknown> {
  const structure: Record<string, unknown> = {};
  for (const [member, memberSchema] of schema.structIterator()) {
    const { xmlName } = memberSchema.getMergedTraits();
    const value = jsonOfValue(memberSchema, form, `${prefix}${xmlName ?? member}`);
    if (value !== undefined) structure[member] = value;
  }
  return structure;
}

function listOf(schema: NormalizedSchema, form: QueryForm, name: string): unknown {
  // An empty list is written as its bare name.
  if (form[name] === '') return [];
  const item = schema.getValueSchema();
  const isFlat = schema.getMergedTraits().xmlFlattened !== undefined;
  const stem = isFlat ? name : `${name}.${item.getMergedTraits().xmlName ?? 'member'}`;
  const list: unknown[] = [];
  for (let index = 1; hasPrefix(form, `${stem}.${index}`); index += 1) {
    list.push(jsonOfValue(item, form, `${stem}.${index}`));
  }
  return list.length === 0 ? undefined : list;
}

function mapOf(schema: NormalizedSchema, form: QueryForm, name: string): unknown {
  const entries: [string, unknown][] = [];
  for (let index = 1; hasPrefix(form, `${name}.entry.${index}`); index += 1) {
    const entry = `${name}.entry.${index}`;
    entries.push([form[`${entry}.key`] ?? '', jsonOfValue(schema.getValueSchema(), form, `${entry}.value`)]);
  }
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function hasPrefix(form: QueryForm, name: string): boolean {
  return Object.keys(form).some((key) => key === name || key.startsWith(`${name}.`));
}

/** The reader takes timestamps as seconds since 1970; here they come as ISO 8601. */
function secondsOf(text: string): number | string {
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? text : milliseconds / 1000;
}
