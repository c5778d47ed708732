import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { NormalizedSchema } from '@smithy/core/schema';
import type { RegistrationProblem } from '../../../../shared/model/registration.ts';
import { DESCRIBED_ONLY } from '../../ecs/registration.ts';
import { sizeFits } from '../../ecs/size-check.ts';
import { type JsonNode, jsonValueOf, readJson } from './json-nodes.ts';
import {
  formatKind,
  membersOf,
  REGISTRATION,
  REGISTRATION_ENUMS,
  requiredMembers,
} from './registration-schema.ts';

/** A text that RegisterTaskDefinition takes, as far as the SDK's schema can tell, or what is wrong with it. */
export interface CheckedRegistration {
  readonly problems: readonly RegistrationProblem[];
  /** Missing when the text cannot be sent at all. */
  readonly content?: RegisterTaskDefinitionRequest;
}

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
    return { problems: [placed(json, { at, path: '', message, severity: 'error' })] };
  }
  const found = problemsOf(read.node, REGISTRATION, { shown: '', members: [] });
  const isWhole = found.every(({ severity }) => severity !== 'error');
  const value = jsonValueOf(read.node);
  if (!isWhole || !isRegistration(value)) return { problems: found.map((each) => placed(json, each)) };
  const ofFargate = fargateProblems(value).map(({ member, ...problem }) => ({
    ...problem,
    path: member,
    at: memberAt(read.node, member),
  }));
  const problems = [...found, ...ofFargate, ...namesakes(read.node, value)];
  return { problems: problems.map((each) => placed(json, each)), content: value };
}

/** What the walk over the schema has found to be one. */
function isRegistration(value: unknown): value is RegisterTaskDefinitionRequest {
  return typeof value === 'object' && value !== null;
}

function problemsOf(node: JsonNode, shape: NormalizedSchema, place: Place): readonly Found[] {
  const problem = (message: string): readonly Found[] => [
    { at: node.from, path: place.shown, message, severity: 'error' },
  ];
  if (node.kind === 'scalar' && node.value === null) {
    return problem('null is no value here: leave the member out');
  }
  if (!isOfKind(node, shape)) return problem(`This must be ${formatKind(shape)}`);
  if (node.kind === 'list') {
    return node.items.flatMap((item, index) =>
      problemsOf(item, shape.getValueSchema(), { ...place, shown: `${place.shown}[${index}]` }),
    );
  }
  if (node.kind === 'object') return objectProblems(node, shape, place);
  const allowed = REGISTRATION_ENUMS[place.members.join('.')];
  if (allowed === undefined || allowed.includes(String(node.value))) return [];
  return problem(`${String(node.value)} is none of ${allowed.join(', ')}`);
}

function isOfKind(node: JsonNode, shape: NormalizedSchema): boolean {
  if (shape.isStructSchema() || shape.isMapSchema()) return node.kind === 'object';
  if (shape.isListSchema()) return node.kind === 'list';
  if (node.kind !== 'scalar') return false;
  if (shape.isBooleanSchema()) return typeof node.value === 'boolean';
  if (shape.isNumericSchema()) return Number.isInteger(node.value);
  return typeof node.value === 'string';
}

function objectProblems(
  { from, members }: Extract<JsonNode, { kind: 'object' }>,
  shape: NormalizedSchema,
  place: Place,
): readonly Found[] {
  const known = shape.isStructSchema() ? membersOf(shape) : undefined;
  const names = members.map(({ name }) => name);
  const missing = (known === undefined ? [] : requiredMembers(shape)).filter((name) => !names.includes(name));
  const ofMembers = members.flatMap(({ name, at, node }, index) => {
    const shown = place.shown === '' ? name : `${place.shown}.${name}`;
    const held = known === undefined ? shape.getValueSchema() : known.get(name);
    const problem = (message: string): Found => ({ at, path: shown, message, severity: 'error' });
    if (names.indexOf(name) !== index) return [problem(`${name} is here twice`)];
    if (held === undefined) return [problem(unknownMember(name, place, [...(known?.keys() ?? [])]))];
    return problemsOf(node, held, { shown, members: [...place.members, name] });
  });
  return [
    ...missing.map(
      (name): Found => ({ at: from, path: place.shown, message: `${name} is missing`, severity: 'error' }),
    ),
    ...ofMembers,
  ];
}

function unknownMember(name: string, { shown }: Place, known: readonly string[]): string {
  if (shown === '' && DESCRIBED_ONLY.some((each) => each === name)) {
    return `${name} is given by ECS and cannot be registered: leave it out`;
  }
  const alike = known.find((each) => each.toLowerCase() === name.toLowerCase());
  const hint = alike === undefined ? '' : `: it is written ${alike}`;
  return `${shown === '' ? 'A task definition' : shown.replace(/\[\d+\]/g, '')} has no member ${name}${hint}`;
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
  const { requiresCompatibilities = [], networkMode, cpu, memory } = content;
  if (!requiresCompatibilities.includes('FARGATE')) return [];
  const severity = 'error';
  const size = sizeFits(content, { kind: 'fargate' });
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
    ...(size.result === 'fail'
      ? [
          {
            member: 'memory',
            // AWS adds sizes now and then: what is not known here may be there by now.
            severity: size.overridable === true ? 'warning' : severity,
            message: `${size.message}. ${size.advice ?? ''}`,
          } as const,
        ]
      : []),
  ];
}

/** Containers whose name one before them has. ECS: Container names must be unique within a task definition. */
function namesakes(
  node: JsonNode,
  { containerDefinitions = [] }: RegisterTaskDefinitionRequest,
): readonly Found[] {
  const names = containerDefinitions.map(({ name }) => name);
  return names.flatMap((name, index) =>
    name === undefined || names.indexOf(name) === index
      ? []
      : [
          {
            at: memberAt(node, 'containerDefinitions'),
            path: `containerDefinitions[${index}].name`,
            message: `Another container is called ${name}: each needs a name of its own`,
            severity: 'error',
          },
        ],
  );
}

function memberAt(node: JsonNode, name: string): number {
  const members = node.kind === 'object' ? node.members : [];
  return members.find((member) => member.name === name)?.at ?? node.from;
}

function placed(json: string, { at, ...problem }: Found): RegistrationProblem {
  const before = json.slice(0, at).split('\n');
  return { ...problem, offset: at, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
