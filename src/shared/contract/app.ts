import { z } from 'zod';
import { Done, type Methods, Nothing } from './method.ts';

/** The app itself. */
export const appMethods = {
  'app.info': {
    kind: 'query',
    about: 'Version, host, and whether a native folder dialog is available.',
    input: Nothing,
    output: z.object({
      version: z.string(),
      host: z.enum(['electron', 'browser', 'cli']),
      nativeDialogs: z.boolean(),
    }),
  },
  'app.chooseFolder': {
    kind: 'change',
    about: 'Opens the native folder dialog. No folder when the user closes it.',
    input: Nothing,
    output: z.object({ folder: z.string().optional() }),
  },
  'app.setTheme': {
    kind: 'change',
    about: 'Applies the theme of the page to what the host draws, such as the title bar.',
    input: z.strictObject({ theme: z.enum(['light', 'dark', 'system']) }),
    output: Done,
  },
} as const satisfies Methods;
