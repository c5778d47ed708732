import type { Difference } from '../../../shared/model/revision.ts';

export interface DifferenceGroup {
  /** Missing for the task as a whole. */
  readonly container: string | undefined;
  /** Without the container, which the group says already. */
  readonly differences: readonly Difference[];
}

/** Differences by container, in the order of the diff; those of the task as a whole come first. */
export function differenceGroups(differences: readonly Difference[]): readonly DifferenceGroup[] {
  const groups = Map.groupBy(differences, ({ container }) => container);
  return [...groups]
    .map(([container, members]) => ({
      container,
      differences: members.map(({ container: _named, ...difference }) => difference),
    }))
    .toSorted((one, other) => Number(one.container !== undefined) - Number(other.container !== undefined));
}
