import { findNodeAtLocation, getLocation, parseTree } from 'jsonc-parser';
import type { RegistrationCompletion } from '../../../../shared/model/registration.ts';
import { nestsTooDeep } from './json-nodes.ts';
import { allowedAt, formatKind, membersOf, requiredMembers, schemaAt } from './registration-schema.ts';

type Option = RegistrationCompletion['options'][number];

/** No name and no value of an enum is longer. */
const LONGEST_WORD = 100;
const OPEN_WORD = /(?<![\w-])[\w-]+$/;
const COLON = /\s*:/y;

/**
 * What the schema allows where the cursor stands, in a text that need not be whole: names of fields, or the values of
 * an enum. `offset` counts from the start of the text. Nothing in a text that nests deeper than ECS has levels.
 */
export function completeRegistration(json: string, offset: number): RegistrationCompletion {
  if (nestsTooDeep(json)) return { from: offset, to: offset, options: [] };
  const { path, previousNode: node } = getLocation(json, offset);
  const isInText =
    json[node?.offset ?? offset] === '"' && offset <= (node?.offset ?? 0) + (node?.length ?? 0);
  const word = OPEN_WORD.exec(json.slice(Math.max(0, offset - LONGEST_WORD), offset))?.[0] ?? '';
  const from = isInText ? (node?.offset ?? offset) : offset - word.length;
  const to = isInText && json[offset] === '"' && offset > from ? offset + 1 : offset;
  const typed = (isInText ? json.slice(from + 1, offset) : word).toLowerCase();
  const options = optionsAt(json, { path, from, to });
  return { from, to, options: options.filter(({ label }) => label.toLowerCase().startsWith(typed)) };
}

interface Gap {
  readonly path: ReturnType<typeof getLocation>['path'];
  readonly from: number;
  readonly to: number;
}

function optionsAt(json: string, { path, from, to }: Gap): readonly Option[] {
  const fieldsOf = (steps: Gap['path']): readonly string[] =>
    steps.filter((step) => typeof step === 'string');
  const before = json.slice(0, from).trimEnd().at(-1);
  const isInList = typeof path.at(-1) === 'number';
  if (before === ':' || (isInList && (before === '[' || before === ','))) return values(fieldsOf(path));
  if (isInList || (before !== '{' && before !== ',')) return [];
  COLON.lastIndex = to;
  const hasColon = COLON.test(json);
  // A name without its value would hide the fields that follow it from the parser.
  const whole = hasColon ? json : `${json.slice(0, from)}"":0,${json.slice(to)}`;
  const around = path.slice(0, -1);
  return names(fieldsOf(around), namesBeside(whole, around, from), hasColon ? '' : ': ');
}

/** The names that the object around the cursor has already, apart from the one at the cursor. */
function namesBeside(json: string, path: Gap['path'], at: number): readonly string[] {
  const root = parseTree(json);
  const object = root && findNodeAtLocation(root, [...path]);
  return (object?.children ?? []).flatMap(({ children: [name] = [] }) =>
    name === undefined || name.offset === at ? [] : [String(name.value)],
  );
}

function names(path: readonly string[], there: readonly string[], colon: string): readonly Option[] {
  const shape = schemaAt(path);
  if (!shape?.isStructSchema()) return [];
  const required = requiredMembers(shape);
  return [...membersOf(shape)]
    .filter(([name]) => !there.includes(name))
    .map(([name, member]) => ({
      label: name,
      about: required.includes(name) ? `${formatKind(member)}, required` : formatKind(member),
      insert: `${JSON.stringify(name)}${colon}`,
    }));
}

function values(path: readonly string[]): readonly Option[] {
  const allowed = allowedAt(path) ?? [];
  if (allowed.length > 0)
    return allowed.map((label) => ({ label, about: '', insert: JSON.stringify(label) }));
  if (schemaAt(path)?.isBooleanSchema() !== true) return [];
  return ['true', 'false'].map((label) => ({ label, about: '', insert: label }));
}
