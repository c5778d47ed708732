import { MantineProvider } from '@mantine/core';
import type { ReactNode } from 'react';
import { cspNonce } from '../lib/csp-nonce.ts';
import { savedColorScheme } from '../lib/saved-color-scheme.ts';
import { cssVariables, theme } from '../ui/theme.ts';

const colorSchemes = savedColorScheme();

/** Colours, fonts and the nonce that style elements need. */
export function AppTheme({ children }: { readonly children: ReactNode }) {
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      colorSchemeManager={colorSchemes}
      getStyleNonce={cspNonce}
      cssVariablesResolver={cssVariables}
    >
      {children}
    </MantineProvider>
  );
}
