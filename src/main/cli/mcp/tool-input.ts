import { z } from 'zod';
import { contract, type MethodName } from '../../../shared/contract.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import { isObject } from '../../../shared/is-object.ts';

/** Where a server was started for. What is named here is filled in, and calls for another account or cluster are refused. */
export interface ServerScope {
  readonly account?: string;
  readonly region?: string;
  readonly cluster?: string;
}

const SCOPE_FIELDS = ['account', 'region', 'cluster'] as const satisfies readonly (keyof ServerScope)[];

/** The JSON Schema of a tool's input: always an object. */
export interface InputSchema {
  readonly [keyword: string]: unknown;
  readonly type: 'object';
}

/** The JSON Schema of a method's input, in which what the scope fills in is optional. */
export function inputSchemaOf(method: MethodName, scope: ServerScope): InputSchema {
  const schema: unknown = withDefaults(z.toJSONSchema(contract[method].input, { io: 'input' }), scope);
  return { ...(isObject(schema) ? schema : {}), type: 'object' };
}

function withDefaults(schema: unknown, scope: ServerScope): unknown {
  if (!isObject(schema) || !isObject(schema.properties)) return schema;
  const properties = Object.fromEntries(
    Object.entries(schema.properties).map(([name, each]) => {
      const known = scopeValue(scope, name);
      return [
        name,
        known !== undefined && isObject(each) ? { ...each, default: known } : withDefaults(each, scope),
      ];
    }),
  );
  const required = Array.isArray(schema.required)
    ? schema.required.filter((name) => typeof name !== 'string' || scopeValue(scope, name) === undefined)
    : [];
  return { ...schema, properties, required };
}

/** Fills the scope in wherever the method takes it. Throws INVALID_INPUT for a call that goes elsewhere. */
export function fillScope(method: MethodName, input: unknown, scope: ServerScope): never {
  refuseOtherScopes(input, scope);
  // The engine checks the input of every method itself.
  return filled(z.toJSONSchema(contract[method].input, { io: 'input' }), input, scope) as never;
}

function filled(schema: unknown, input: unknown, scope: ServerScope): unknown {
  if (!isObject(schema) || !isObject(schema.properties) || !isObject(input)) return input;
  const { properties } = schema;
  const required = Array.isArray(schema.required) ? schema.required : [];
  const given = Object.entries(input).map(([name, value]) => [name, filled(properties[name], value, scope)]);
  const missing = SCOPE_FIELDS.filter(
    (name) =>
      name in properties &&
      input[name] === undefined &&
      scope[name] !== undefined &&
      // A cluster that may be left out narrows a question; the account and region always do.
      (name !== 'cluster' || required.includes(name)),
  ).map((name) => [name, scope[name]]);
  return Object.fromEntries([...given, ...missing]);
}

function refuseOtherScopes(input: unknown, scope: ServerScope): void {
  if (Array.isArray(input)) {
    for (const each of input) refuseOtherScopes(each, scope);
  } else if (isObject(input)) {
    for (const [name, value] of Object.entries(input)) {
      const only = scopeValue(scope, name);
      if (only !== undefined && typeof value === 'string' && value !== only)
        throw elsewhere(name, only, value);
      refuseOtherScopes(value, scope);
    }
  }
}

function scopeValue(scope: ServerScope, name: string): string | undefined {
  const field = SCOPE_FIELDS.find((each) => each === name);
  return field === undefined ? undefined : scope[field];
}

function elsewhere(name: string, only: string, value: string): SlipwayError {
  return new SlipwayError(
    'INVALID_INPUT',
    `This server was started for the ${name} ${only}, so it does not use ${value}. Start another one for it.`,
  );
}
