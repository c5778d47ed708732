import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { NormalizedSchema } from '@smithy/core/schema';
import { findNodeAtLocation, type Node } from 'jsonc-parser';
import type { RegistrationProblem } from '../../../../shared/model/registration.ts';
import { refusedContents } from '../../ecs/content-rules.ts';
import { isForFargate, missingExecutionRole } from '../../ecs/fargate-rules.ts';
import type { RefusedContent } from '../../ecs/refused-content.ts';
import { DESCRIBED_ONLY } from '../../ecs/registration.ts';
import { sizeFits } from '../../ecs/size-check.ts';
import { readJson } from './json-nodes.ts';
import { allowedAt, formatKind, membersOf, REGISTRATION, requiredMembers } from './registration-schema.ts';

/** A text that RegisterTaskDefinition takes, as far as the SDK's schema can tell, or what is wrong with it. */
export interface CheckedRegistration {
  readonly problems: readonly RegistrationProblem[];
  /** Missing when the text cannot be sent at all. */
  readonly content?: RegisterTaskDefinitionRequest;
}

/** Problems that are told one by one. */
const MOST_PROBLEMS = 200;

interface Found {
  readonly at: number;
  readonly path: string;
  readonly message: string;
  readonly severity: RegistrationProblem['severity'];
}

/** Where a value stands: for people with the numbers of lists, for the schema without them. */
interface Place {
  readonly shown: string;
  readonly members: readonly string[];
}

/** Checks the JSON of a task definition against the SDK's schema of RegisterTaskDefinition, and its Fargate size. */
export function checkRegistration(json: string): CheckedRegistration {
  const read = readJson(json);
  if ('mistake' in read) {
    const { at, message } = read.mistake;
    return { problems: placed(json, [{ at, path: '', message, severity: 'error' }]) };
  }
  const { node, value } = read;
  const found = problemsOf(node, REGISTRATION, { shown: '', members: [] });
  const isWhole = found.every(({ severity }) => severity !== 'error');
  if (!isWhole || !isRegistration(value)) return { problems: placed(json, found) };
  const ofFargate = fargateProblems(value).map(({ member, ...problem }) => ({
    ...problem,
    path: member,
    at: memberAt(node, member),
  }));
  const problems = [
    ...found,
    ...sizeProblems(node, value),
    ...ofFargate,
    ...refusals(node, [...refusedContents(value), ...missingExecutionRole(value)]),
  ];
  return { problems: placed(json, problems), content: value };
}

/** What the walk over the schema has found to be one. */
function isRegistration(value: unknown): value is RegisterTaskDefinitionRequest {
  return typeof value === 'object' && value !== null;
}

function problemsOf(node: Node, shape: NormalizedSchema, place: Place): readonly Found[] {
  const problem = (message: string): readonly Found[] => [
    { at: node.offset, path: place.shown, message, severity: 'error' },
  ];
  if (node.type === 'null') return problem('null is not allowed here: remove the field');
  if (!isOfKind(node, shape)) return problem(`This must be ${formatKind(shape)}`);
  if (node.type === 'array') {
    return (node.children ?? []).flatMap((item, index) =>
      problemsOf(item, shape.getValueSchema(), { ...place, shown: `${place.shown}[${index}]` }),
    );
  }
  if (node.type === 'object') return objectProblems(node, shape, place);
  const allowed = allowedAt(place.members);
  if (allowed === undefined || allowed.includes(String(node.value))) return [];
  return problem(`${String(node.value)} is not one of ${allowed.join(', ')}`);
}

function isOfKind({ type, value }: Node, shape: NormalizedSchema): boolean {
  if (shape.isStructSchema() || shape.isMapSchema()) return type === 'object';
  if (shape.isListSchema()) return type === 'array';
  if (shape.isBooleanSchema()) return type === 'boolean';
  if (shape.isNumericSchema()) return Number.isInteger(value);
  return type === 'string';
}

function objectProblems(
  { offset, children = [] }: Node,
  shape: NormalizedSchema,
  place: Place,
): readonly Found[] {
  const known = shape.isStructSchema() ? membersOf(shape) : undefined;
  const seen = new Set<string>();
  const ofMembers = children.flatMap(({ children: [key, node] = [] }) => {
    if (key === undefined || node === undefined) return [];
    const name = String(key.value);
    const shown = place.shown === '' ? name : `${place.shown}.${name}`;
    const held = known === undefined ? shape.getValueSchema() : known.get(name);
    const problem = (message: string): Found => ({
      at: key.offset,
      path: shown,
      message,
      severity: 'error',
    });
    if (seen.has(name)) return [problem(`${name} appears twice`)];
    seen.add(name);
    if (held === undefined) return [problem(unknownMember(name, place, [...(known?.keys() ?? [])]))];
    return problemsOf(node, held, { shown, members: [...place.members, name] });
  });
  const missing = (known === undefined ? [] : requiredMembers(shape)).filter((name) => !seen.has(name));
  return [
    ...missing.map(
      (name): Found => ({ at: offset, path: place.shown, message: `${name} is missing`, severity: 'error' }),
    ),
    ...ofMembers,
  ];
}

function unknownMember(name: string, { shown }: Place, known: readonly string[]): string {
  if (shown === '' && DESCRIBED_ONLY.some((each) => each === name)) {
    return `${name} is set by ECS and can't be registered: remove it`;
  }
  const alike = known.find((each) => each.toLowerCase() === name.toLowerCase());
  const hint = alike === undefined ? '' : `. Did you mean ${alike}?`;
  const where = shown === '' ? '' : ` in ${shown.replace(/\[\d+\]/g, '')}`;
  return `Unknown field ${JSON.stringify(name)}${where}${hint}`;
}

/**
 * What Fargate asks of a task definition that names it.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
 */
function fargateProblems(content: RegisterTaskDefinitionRequest): readonly (Pick<
  Found,
  'message' | 'severity'
> & {
  readonly member: keyof RegisterTaskDefinitionRequest;
})[] {
  const { networkMode, cpu, memory } = content;
  if (!isForFargate(content)) return [];
  const severity = 'error';
  return [
    ...(networkMode === 'awsvpc'
      ? []
      : [{ member: 'networkMode', severity, message: 'Fargate needs the network mode awsvpc' } as const]),
    ...(cpu === undefined
      ? [{ member: 'cpu', severity, message: 'Fargate needs the cpu of the task' } as const]
      : []),
    ...(memory === undefined
      ? [{ member: 'memory', severity, message: 'Fargate needs the memory of the task' } as const]
      : []),
  ];
}

/** A size that ECS or Fargate does not have. */
function sizeProblems(node: Node, content: RegisterTaskDefinitionRequest): readonly Found[] {
  const size = sizeFits(content, { kind: isForFargate(content) ? 'fargate' : 'other' });
  if (size.result !== 'fail') return [];
  const member = content.memory === undefined ? 'cpu' : 'memory';
  // AWS adds sizes now and then, so a size that is unknown here may exist.
  const severity = size.overridable === true ? 'warning' : 'error';
  return [
    { at: memberAt(node, member), path: member, severity, message: `${size.message}. ${size.advice ?? ''}` },
  ];
}

/** What ECS refuses or ignores although every value has its type. */
function refusals(node: Node, refused: readonly RefusedContent[]): readonly Found[] {
  return refused.map(
    ({ path, message, advice, severity }): Found => ({
      at: (findNodeAtLocation(node, [...path]) ?? node).offset,
      path: path
        .map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`))
        .join(''),
      message: `${message}. ${advice}`,
      severity: severity ?? 'error',
    }),
  );
}

/** Where a field of the whole starts, with its name; the start of the whole where it doesn't exist. */
function memberAt(node: Node, name: string): number {
  return (findNodeAtLocation(node, [name])?.parent ?? node).offset;
}

/**
 * Problems with their lines. A text of 200,000 characters has capacity for 40,000 of them: the rest is counted only.
 */
function placed(json: string, found: readonly Found[]): readonly RegistrationProblem[] {
  const shown = found.slice(0, MOST_PROBLEMS);
  const next = found[MOST_PROBLEMS];
  const rest = `${found.length - MOST_PROBLEMS} more problems below`;
  return [...shown, ...(next === undefined ? [] : [{ ...next, path: '', message: rest }])].map(
    ({ at, ...problem }) => {
      const before = json.slice(0, at).split('\n');
      return { ...problem, offset: at, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
    },
  );
}
