import type { Rectangle } from 'electron';
import type { WindowPlace } from './desktop-state.ts';

const FIRST_SIZE = { width: 1360, height: 860 } as const;
const LEAST_SIZE = { width: 720, height: 480 } as const;

/** How much of a window must lie on a display for its title bar to be caught with the mouse. */
const LEAST_VISIBLE = 100;

interface WindowFrame extends Partial<Pick<Rectangle, 'x' | 'y'>> {
  readonly width: number;
  readonly height: number;
  readonly minWidth: number;
  readonly minHeight: number;
}

/**
 * Where a window opens: where it was last, if that is still on a display; otherwise the system chooses a place on the
 * first one. Neither the window nor its least size is larger than the display.
 *
 * @param displays the work areas, that of the primary display first
 */
export function windowFrame(last: WindowPlace | undefined, displays: readonly Rectangle[]): WindowFrame {
  const display = last && displays.find((each) => isReachable(last, each));
  if (last !== undefined && display !== undefined) {
    return { x: last.x, y: last.y, ...sizesWithin(display, last) };
  }
  return sizesWithin(displays[0] ?? FIRST_SIZE, last ?? FIRST_SIZE);
}

type Size = Pick<Rectangle, 'width' | 'height'>;

function sizesWithin(display: Size, wanted: Size): Omit<WindowFrame, 'x' | 'y'> {
  return {
    width: Math.min(wanted.width, display.width),
    height: Math.min(wanted.height, display.height),
    minWidth: Math.min(LEAST_SIZE.width, display.width),
    minHeight: Math.min(LEAST_SIZE.height, display.height),
  };
}

function isReachable(window: Rectangle, display: Rectangle): boolean {
  const width = Math.min(window.x + window.width, display.x + display.width) - Math.max(window.x, display.x);
  const isTitleInside = window.y >= display.y && window.y < display.y + display.height - LEAST_VISIBLE;
  return width >= LEAST_VISIBLE && isTitleInside;
}
