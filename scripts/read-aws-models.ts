/**
 * Writes what AWS's models say about values and the SDK's schemas leave out: enums, lengths, ranges, patterns, and
 * which numbers are whole ones.
 *
 *   pip install botocore
 *   node scripts/read-aws-models.ts "$(python -c 'import botocore; print(botocore.__path__[0])')"
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticOperationSchema } from '@smithy/types';
import { startSandbox } from '../src/sandbox/start.ts';

const TARGET = path.join(import.meta.dirname, '..', 'src', 'sandbox', 'aws-api', 'value-rules.json');

/** The sandbox's name of each service, the SDK's package, and botocore's folder. */
const SERVICES = [
  ['Application-AutoScaling', 'application-auto-scaling', 'application-autoscaling/2016-02-06'],
  ['CloudFormation', 'cloudformation', 'cloudformation/2010-05-15'],
  ['CloudWatch', 'cloudwatch', 'cloudwatch/2010-08-01'],
  ['CodeDeploy', 'codedeploy', 'codedeploy/2014-10-06'],
  ['DynamoDB', 'dynamodb', 'dynamodb/2012-08-10'],
  ['ECR', 'ecr', 'ecr/2015-09-21'],
  ['ECS', 'ecs', 'ecs/2014-11-13'],
  ['ElasticLoadBalancing', 'elastic-load-balancing-v2', 'elbv2/2015-12-01'],
  ['Events', 'eventbridge', 'events/2015-10-07'],
  ['IAM', 'iam', 'iam/2010-05-08'],
  ['KMS', 'kms', 'kms/2014-11-01'],
  ['Logs', 'cloudwatch-logs', 'logs/2014-03-28'],
  ['SSM', 'ssm', 'ssm/2014-11-06'],
  ['SSO', 'sso', 'sso/2019-06-10'],
  ['SSO-OAuth', 'sso-oidc', 'sso-oidc/2019-06-10'],
  ['STS', 'sts', 'sts/2011-06-15'],
  ['Scheduler', 'scheduler', 'scheduler/2021-06-30'],
  ['SecretsManager', 'secrets-manager', 'secretsmanager/2017-10-17'],
  ['Signin', 'signin', 'signin/2023-01-01'],
  ['States', 'sfn', 'stepfunctions/2016-11-23'],
] as const;

/** Services of which every operation is read, so that the sandbox may get more of them. */
const WHOLE: ReadonlySet<string> = new Set(['ECR', 'ECS', 'STS']);

const INTEGER_BITS: Readonly<Record<string, number>> = { integer: 32, long: 64 };

interface Shape {
  readonly type: string;
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly member?: { readonly shape: string };
  readonly key?: { readonly shape: string };
  readonly value?: { readonly shape: string };
  readonly enum?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
}

interface Model {
  readonly operations: Readonly<Record<string, { readonly input?: { readonly shape: string } }>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

interface Rule {
  readonly enum?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly integer?: number;
  readonly item?: Rule;
  readonly key?: Rule;
  readonly value?: Rule;
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Name the folder of botocore.');
const version = /__version__ = '(?<version>[^']+)'/.exec(
  readFileSync(path.join(folder, '__init__.py'), 'utf8'),
)?.groups?.version;

const sandbox = await startSandbox({ scenario: 'empty' });
const operations = new Set(sandbox.operations);
await sandbox.close();

const structures: Record<string, Record<string, Record<string, Rule>>> = {};
for (const [service, name, where] of SERVICES) {
  const sdk = (await import(packageOf(name))) as Readonly<Record<string, unknown>>;
  const text = readFileSync(path.join(folder, 'data', where, 'service-2.json'), 'utf8');
  const model = JSON.parse(text) as Model;
  const read: Record<string, Record<string, Rule>> = {};
  for (const [operation, { input }] of Object.entries(model.operations)) {
    if (input === undefined) continue;
    if (!WHOLE.has(service) && !operations.has(`${service}.${operation}`)) continue;
    const schema = sdk[`${operation}$`];
    if (isOperation(schema)) readStructure(NormalizedSchema.of(schema[4]), input.shape, { model, sdk, read });
  }
  const filled = Object.entries(read).filter(([, rules]) => Object.keys(rules).length > 0);
  structures[name] = Object.fromEntries(filled.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

const source = `botocore ${version}, read on ${new Date().toISOString().slice(0, 10)}`;
writeFileSync(TARGET, `${JSON.stringify({ source, structures }, undefined, 1)}\n`);

/** AWS Sign-In has no package of its own. */
function packageOf(name: string): string {
  return name === 'signin' ? '@aws-sdk/nested-clients/signin' : `@aws-sdk/client-${name}`;
}

/** A service's model and SDK, and the rules that are read so far. */
interface Reading {
  readonly model: Model;
  readonly sdk: Readonly<Record<string, unknown>>;
  readonly read: Record<string, Record<string, Rule>>;
}

/** The rules of the members of a structure and of all structures in it, by their names in the SDK. */
function readStructure(schema: NormalizedSchema, shapeName: string, reading: Reading): void {
  const { model, sdk, read } = reading;
  const structure = schema.getSchema();
  if (!Array.isArray(structure)) return;
  const name = String(structure[2]);
  if (Object.hasOwn(read, name)) return;
  const rules: Record<string, Rule> = {};
  read[name] = rules;
  for (const [member, memberSchema] of schema.structIterator()) {
    const target = model.shapes[shapeName]?.members?.[member]?.shape;
    if (target === undefined) continue;
    const rule = ruleOf(target, model, sdk);
    if (rule !== undefined) rules[member] = rule;
    readWithin(memberSchema, target, reading);
  }
}

function readWithin(schema: NormalizedSchema, shapeName: string, reading: Reading): void {
  const shape = reading.model.shapes[shapeName];
  if (schema.isStructSchema()) readStructure(schema, shapeName, reading);
  const within = schema.isListSchema() ? shape?.member : schema.isMapSchema() ? shape?.value : undefined;
  if (within !== undefined) readWithin(schema.getValueSchema(), within.shape, reading);
}

function ruleOf(name: string, model: Model, sdk: Readonly<Record<string, unknown>>): Rule | undefined {
  const shape = model.shapes[name];
  if (shape === undefined || shape.type === 'structure') return undefined;
  const nested = (target: { readonly shape: string } | undefined): Rule | undefined =>
    target === undefined ? undefined : ruleOf(target.shape, model, sdk);
  const values = enumOf(name, shape, sdk);
  const bits = INTEGER_BITS[shape.type];
  const [item, key, value] = [nested(shape.member), nested(shape.key), nested(shape.value)];
  const rule: Rule = {
    ...(values === undefined ? {} : { enum: values }),
    ...(shape.min === undefined ? {} : { min: shape.min }),
    ...(shape.max === undefined ? {} : { max: shape.max }),
    ...(shape.pattern === undefined ? {} : { pattern: shape.pattern }),
    ...(bits === undefined ? {} : { integer: bits }),
    ...(item === undefined ? {} : { item }),
    ...(key === undefined ? {} : { key }),
    ...(value === undefined ? {} : { value }),
  };
  return Object.keys(rule).length === 0 ? undefined : rule;
}

/** The SDK may be newer than the model: what it exports under the name of the shape counts too. */
function enumOf(
  name: string,
  shape: Shape,
  sdk: Readonly<Record<string, unknown>>,
): readonly string[] | undefined {
  if (shape.enum === undefined) return undefined;
  const exported = sdk[name];
  const newer = typeof exported === 'object' && exported !== null ? Object.values(exported) : [];
  return [...new Set([...shape.enum, ...newer.map(String)])];
}

function isOperation(value: unknown): value is StaticOperationSchema {
  return Array.isArray(value) && value[0] === 9;
}
