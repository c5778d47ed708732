import { useMediaQuery } from '@mantine/hooks';
import { useState } from 'react';
import { recall, remember } from './memory.ts';

/** A pane at the left of a view, in pixels. */
export interface PaneLimits {
  /** What its width is remembered under. */
  readonly id: 'accounts' | 'services';
  readonly initial: number;
  readonly least: number;
  readonly most: number;
  /** In a narrower window it is folded until somebody opens it, and again on the next page. */
  readonly foldedBelow: number;
}

export interface Pane {
  readonly width: number;
  readonly isFolded: boolean;
  /** Whether the window is too narrow for the pane beside the view. */
  readonly isNarrow: boolean;
  resize(width: number): void;
  setFolded(folded: boolean): void;
}

/** The width of a pane and whether it is folded, as they were left. `address`: the page that is open. */
export function usePane(limits: PaneLimits, address: string): Pane {
  const { id, least, most, foldedBelow } = limits;
  const [width, setWidth] = useState(() => rememberedWidth(limits));
  const [folded, setFolded] = useState(() => recall(`pane.${id}.folded`) === 'yes');
  const [openAt, setOpenAt] = useState<string>();
  const isNarrow =
    useMediaQuery(`(max-width: ${foldedBelow - 1}px)`, undefined, { getInitialValueInEffect: false }) ??
    false;
  return {
    width,
    isNarrow,
    isFolded: isNarrow ? openAt !== address : folded,
    resize: (next) => {
      const within = Math.round(Math.min(most, Math.max(least, next)));
      setWidth(within);
      remember(`pane.${id}.width`, String(within));
    },
    setFolded: (next) => {
      if (isNarrow) {
        setOpenAt(next ? undefined : address);
        return;
      }
      setFolded(next);
      remember(`pane.${id}.folded`, next ? 'yes' : 'no');
    },
  };
}

function rememberedWidth({ id, initial, least, most }: PaneLimits): number {
  const width = Number(recall(`pane.${id}.width`));
  return Number.isFinite(width) && width >= least && width <= most ? width : initial;
}
