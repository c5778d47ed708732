import type { RegistrationCompletion } from '../../../../shared/model/registration.ts';
import {
  formatKind,
  membersOf,
  REGISTRATION_ENUMS,
  requiredMembers,
  schemaAt,
} from './registration-schema.ts';

const TOKEN = /"(?:[^"\\\n]|\\.)*"?|[[\]{},:]|[^\s"[\]{},:]+/gsu;

/** An object or a list that is open where the cursor stands. */
interface Open {
  readonly kind: '{' | '[';
  /** The name of the member whose value is at the cursor or below it. */
  name: string | undefined;
  readonly names: string[];
  expects: 'name' | 'colon' | 'value' | 'end';
}

/**
 * What the schema allows where the cursor stands, in a text that need not be whole: names of members, or the values
 * of an enum. `offset` counts from the start of the text.
 */
export function completeRegistration(json: string, offset: number): RegistrationCompletion {
  const open: Open[] = [];
  let typed = '';
  let from = offset;
  for (const { 0: token, index } of json.slice(0, offset).matchAll(TOKEN)) {
    const isAtCursor = index + token.length === offset;
    const isOpenText = token.startsWith('"') && (token.length === 1 || !token.endsWith('"'));
    if (isAtCursor && (isOpenText || /^[\w-]/.test(token))) {
      typed = token.replace(/^"/, '');
      from = index;
      break;
    }
    take(open, token);
  }
  const inside = open.at(-1);
  if (inside === undefined) return { from, to: offset, options: [] };
  const to = json[offset] === '"' && json[from] === '"' ? offset + 1 : offset;
  const path = open
    .slice(0, -1)
    .flatMap(({ kind, name }) => (kind === '{' && name !== undefined ? [name] : []));
  const options =
    inside.kind === '{' && inside.expects === 'name'
      ? names(path, [...inside.names, ...namesAfter(json.slice(to))])
      : inside.expects === 'value'
        ? values([...path, ...(inside.kind === '{' && inside.name !== undefined ? [inside.name] : [])])
        : [];
  const wanted = typed.toLowerCase();
  return { from, to, options: options.filter(({ label }) => label.toLowerCase().startsWith(wanted)) };
}

/** The names that follow in the object whose rest a text begins with. */
function namesAfter(rest: string): readonly string[] {
  const found: string[] = [];
  let depth = 0;
  let before = '';
  for (const [token] of rest.matchAll(TOKEN)) {
    if (token === '{' || token === '[') depth += 1;
    if (token === '}' || token === ']') depth -= 1;
    if (depth < 0) return found;
    if (token === ':' && depth === 0) found.push(before.replaceAll('"', ''));
    before = token;
  }
  return found;
}

function take(open: Open[], token: string): void {
  const inside = open.at(-1);
  if (token === '{' || token === '[') {
    open.push({ kind: token, name: undefined, names: [], expects: token === '{' ? 'name' : 'value' });
  } else if (token === '}' || token === ']') {
    open.pop();
    const outside = open.at(-1);
    if (outside) outside.expects = 'end';
  } else if (inside === undefined) {
    return;
  } else if (token === ',') {
    inside.expects = inside.kind === '{' ? 'name' : 'value';
  } else if (token === ':') {
    inside.expects = 'value';
  } else if (inside.expects === 'name') {
    inside.name = token.replaceAll('"', '');
    inside.names.push(inside.name);
    inside.expects = 'colon';
  } else {
    inside.expects = 'end';
  }
}

type Option = RegistrationCompletion['options'][number];

function names(path: readonly string[], there: readonly string[]): readonly Option[] {
  const shape = schemaAt(path);
  if (!shape?.isStructSchema()) return [];
  const required = requiredMembers(shape);
  return [...membersOf(shape)]
    .filter(([name]) => !there.includes(name))
    .map(([name, member]) => ({
      label: name,
      about: required.includes(name) ? `${formatKind(member)}, required` : formatKind(member),
      insert: `${JSON.stringify(name)}: `,
    }));
}

function values(path: readonly string[]): readonly Option[] {
  const allowed = REGISTRATION_ENUMS[path.join('.')] ?? [];
  if (allowed.length > 0)
    return allowed.map((label) => ({ label, about: '', insert: JSON.stringify(label) }));
  if (schemaAt(path)?.isBooleanSchema() !== true) return [];
  return ['true', 'false'].map((label) => ({ label, about: '', insert: label }));
}
