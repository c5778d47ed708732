import { type HotkeyItem, useHotkeys } from '@mantine/hooks';

/** Keys of a view. They rest while a dialog is open over it, and while the person types. */
export function useViewHotkeys(keys: readonly (readonly [key: string, run: () => void])[]): void {
  useHotkeys(
    keys.map(
      ([key, run]): HotkeyItem => [
        key,
        (event) => {
          if (!isInDialog(event.target)) run();
        },
      ],
    ),
  );
}

function isInDialog(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role="dialog"]') !== null;
}
