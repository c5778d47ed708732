import { useMantineColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useEngine } from '../lib/engine.ts';

/**
 * Gives the theme that was chosen in the page to what the host draws: the title bar and native dialogs. The desktop app
 * remembers it, so that its next start opens in it; a browser tab has nothing to give it to.
 */
export function NativeTheme() {
  const client = useEngine();
  const { colorScheme } = useMantineColorScheme();
  const theme = colorScheme === 'auto' ? 'system' : colorScheme;
  // A page that follows the system follows what the host remembers, and has nothing to change about that.
  const known = useRef<typeof theme>('system');
  useEffect(() => {
    if (theme === known.current) return;
    known.current = theme;
    // Without an answer the title bar alone keeps its theme, and what stops the engine is said elsewhere.
    client.call('app.setTheme', { theme }).catch(() => undefined);
  }, [client, theme]);
  return null;
}
