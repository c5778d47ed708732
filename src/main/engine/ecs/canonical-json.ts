/** A value as JSON text with the keys of every object in order: equal text means equal content. */
export function canonicalJson(value: unknown, indentation = 0): string {
  return JSON.stringify(sortKeys(value), undefined, indentation) ?? '';
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value instanceof Date || value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, member]) => [key, sortKeys(member)]));
}
