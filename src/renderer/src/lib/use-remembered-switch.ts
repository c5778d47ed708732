import { useState } from 'react';
import { recall, remember } from './memory.ts';

/** A choice between yes and no that the window remembers, and what turns it over. Off until somebody turns it on. */
export function useRememberedSwitch(key: string): readonly [isOn: boolean, toggle: () => void] {
  const [isOn, setOn] = useState(() => recall(key) === 'yes');
  const toggle = (): void => {
    setOn(!isOn);
    remember(key, isOn ? 'no' : 'yes');
  };
  return [isOn, toggle];
}
