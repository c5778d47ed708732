import { z } from 'zod';

/**
 * The schema of an object that older versions have stored with other names of its fields. `names`: new names by the old
 * ones. A field that has both keeps the new one.
 */
export function withNewNames<Shape extends z.ZodRawShape>(
  names: Readonly<Record<string, string>>,
  shape: Shape,
) {
  return z.preprocess((value) => renamed(value, names), z.object(shape));
}

function renamed(value: unknown, names: Readonly<Record<string, string>>): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const old = Object.entries<unknown>({ ...value }).filter(([name]) => Object.hasOwn(names, name));
  if (old.length === 0) return value;
  const rest = Object.entries<unknown>({ ...value }).filter(([name]) => !Object.hasOwn(names, name));
  return Object.fromEntries([...old.map(([name, content]) => [names[name], content]), ...rest]);
}
