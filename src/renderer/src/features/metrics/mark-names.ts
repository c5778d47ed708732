/** A mark of a chart, and how wide its name is. */
interface NamedMark {
  readonly x: number;
  readonly width: number;
}

/**
 * On which side of its line the name of each mark is drawn, from `left` to `right` of the chart. The newest name comes first: an older
 * one that would run into it is left out (undefined). Marks are in the order of their times.
 */
export function namePlaces(
  marks: readonly NamedMark[],
  { left, right }: { readonly left: number; readonly right: number },
): readonly ('left' | 'right' | undefined)[] {
  const places: ('left' | 'right' | undefined)[] = [];
  let end = right;
  for (const { x, width } of marks.toReversed()) {
    if (x + width <= end) {
      places.unshift('right');
      end = x;
    } else if (x <= end && x - width >= left) {
      places.unshift('left');
      end = x - width;
    } else {
      places.unshift(undefined);
      end = Math.min(end, x);
    }
  }
  return places;
}
