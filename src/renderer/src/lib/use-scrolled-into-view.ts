import { type RefObject, useEffect, useRef } from 'react';

/** Brings an element into view when it appears: what is above it may be longer than the window. */
export function useScrolledIntoView(): RefObject<HTMLDivElement | null> {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    place.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return place;
}
