import type { ServiceRow } from '../../../../shared/model/service.ts';
import type { Appearance } from '../../lib/appearance.ts';

/** What a row of the overview has space for: the timeline, the cause beside the service, or the cause under it. */
export type RowLayout = 'timeline' | 'plain' | 'stacked';

/** Pixels of the list from which a layout has space. */
const WITH_TIMELINE = 1080;
const SIDE_BY_SIDE = 780;

/** Pixels from which three next steps have space on one line. */
const WIDE = 1500;

/** Pixels of the columns in overview-rows.module.css: all but service, cause and steps, with the space between them. */
const OTHER_COLUMNS = { timeline: 404, plain: 224 } as const;
const LEAST_SERVICE = 236;
/** Space at both ends of a row. */
const ENDS = 28;

/** Pixels of a line of the cause, and of the smaller one under it. */
const LINE = 19;
const NEXT_LINE = 18;
/** At most: wider letters would wrap a line that was counted as one. */
const LETTER = 7.2;
const NEXT_LETTER = 6.8;

/** Pixels of a row without a cause. */
const PLAIN_ROW = { comfortable: 49, compact: 39 } as const;
/** Pixels over and under the text of a row that has a cause. */
const AROUND = { comfortable: 16, compact: 8 } as const;
/** Pixels of the name and the version over a cause that stands under them, and of the buttons under it. */
const STACKED_HEAD = 42;
const STACKED_STEPS = 28;

export function layoutFor(width: number): RowLayout {
  // Not measured yet.
  if (width === 0 || width >= WITH_TIMELINE) return 'timeline';
  return width >= SIDE_BY_SIDE ? 'plain' : 'stacked';
}

/** Whether three next steps are on one line. */
export function isWide(width: number): boolean {
  return width >= WIDE;
}

/** Pixels of the column of the next steps in a list of a width. */
export function stepsWidth(width: number): number {
  return isWide(width) ? 320 : 180;
}

/** Pixels of the column of the cause in a list of a width. */
export function causeWidth(layout: RowLayout, width: number): number {
  if (layout === 'stacked') return Math.max(220, width - ENDS);
  const shared = width - ENDS - OTHER_COLUMNS[layout] - stepsWidth(width);
  return Math.max(220, Math.floor(Math.min((shared * 5) / 7, shared - LEAST_SERVICE)));
}

/** Whether the next step fits under the cause on one line. Elsewhere the buttons of the row say it. */
export function showsNextStep({ nextStep }: NonNullable<ServiceRow['problem']>, width: number): boolean {
  return nextStep.length * NEXT_LETTER <= width;
}

/** What all rows of a list share. */
export interface RowSpace {
  readonly layout: RowLayout;
  readonly density: Appearance['density'];
  /** Pixels of the column of the cause. */
  readonly causeWidth: number;
  /** Whether three next steps are on one line. */
  readonly isWide: boolean;
}

interface RowContent extends RowSpace {
  /** The cause in a sentence; empty where there is none. */
  readonly cause: string;
  /** Whether a smaller line follows the cause. */
  readonly hasNext: boolean;
  /** How many next steps the row has. */
  readonly steps: number;
}

/** Pixels of a row that shows its whole cause. */
export function rowHeight(content: RowContent): number {
  const { layout, density, causeWidth: width, isWide: isOneLine, cause, hasNext, steps } = content;
  const around = AROUND[density];
  const lines = Math.max(1, Math.ceil((cause.length * LETTER) / width));
  const text = lines * LINE + (hasNext ? NEXT_LINE : 0) + around;
  if (layout === 'stacked') return STACKED_HEAD + text + (steps > 0 ? STACKED_STEPS : 0);
  // Three buttons take two lines.
  const buttons = steps > 2 && !isOneLine ? 2 * 25 + around : 0;
  return Math.max(PLAIN_ROW[density], text, buttons);
}
