import { useRouter } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useState } from 'react';

/**
 * The text of a filter that the address holds. The field is ahead of the address while somebody types; Back and Forward
 * bring the text of the address into the field.
 */
export function useFilterText(
  inAddress: string,
  write: (text: string) => void,
): readonly [text: string, setText: (text: string) => void] {
  const [text, setText] = useState(inAddress);
  const router = useRouter();
  const adopt = useEffectEvent(() => setText(inAddress));
  useEffect(() => {
    let hasMoved = false;
    const stopHistory = router.history.subscribe(({ action }) => {
      if (action.type === 'BACK' || action.type === 'FORWARD' || action.type === 'GO') hasMoved = true;
    });
    const stopResolved = router.subscribe('onRendered', () => {
      if (hasMoved) adopt();
      hasMoved = false;
    });
    return () => {
      stopHistory();
      stopResolved();
    };
  }, [router]);
  return [
    text,
    (next) => {
      setText(next);
      write(next);
    },
  ];
}
