/**
 * Whether objects and lists nest to more levels than that. Asked of every input before a schema or a handler walks
 * down it, because each level is a call for them, and the stack has an end. An object that holds itself nests
 * without end; one that stands at many places of a level is looked into once.
 */
export function nestsDeeper(input: unknown, levels: number): boolean {
  let level: ReadonlySet<unknown> = new Set([input]);
  for (let depth = 0; depth < levels; depth += 1) {
    level = new Set(
      [...level].flatMap((value) => (isHolder(value) ? Object.values(value).filter(isHolder) : [])),
    );
    if (level.size === 0) return false;
  }
  return true;
}

function isHolder(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
