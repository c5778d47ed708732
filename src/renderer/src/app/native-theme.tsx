import { useMantineColorScheme } from '@mantine/core';
import { useEffect } from 'react';
import { useEngine } from '../lib/engine.ts';

/**
 * Gives the theme of the page to what the host draws: the title bar and native dialogs. The desktop app remembers it, so
 * that its next start opens in it; a browser tab has nothing to give it to.
 */
export function NativeTheme() {
  const client = useEngine();
  const { colorScheme } = useMantineColorScheme();
  const theme = colorScheme === 'auto' ? 'system' : colorScheme;
  useEffect(() => {
    // Without an answer the title bar alone keeps its theme, and what stops the engine is said elsewhere.
    client.call('app.setTheme', { theme }).catch(() => undefined);
  }, [client, theme]);
  return null;
}
