/** Names that differ in more than this share of their letters are not taken for a slip of the keyboard. */
const MOST_DIFFERENT = 0.5;
const LONGEST = 256;

/** The names that are most like one that was not found, the likest first; none where all are quite different. */
export function similarNames(wanted: string, names: readonly string[], most = 3): readonly string[] {
  return names
    .filter((name) => name.length <= LONGEST)
    .map((name) => ({ name, distance: editDistance(wanted.slice(0, LONGEST), name) }))
    .filter(({ name, distance }) => distance <= MOST_DIFFERENT * Math.max(wanted.length, name.length))
    .toSorted((one, other) => one.distance - other.distance || (one.name < other.name ? -1 : 1))
    .slice(0, most)
    .map(({ name }) => name);
}

/** Letters to insert, delete, replace or swap with their neighbour (optimal string alignment). */
function editDistance(one: string, other: string): number {
  let before: readonly number[] = [];
  let above: readonly number[] = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1];
      const least = Math.min(
        (above[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const isSwap = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current.push(isSwap ? Math.min(least, (before[column - 2] ?? 0) + 1) : least);
    }
    before = above;
    above = current;
  }
  return above.at(-1) ?? 0;
}
