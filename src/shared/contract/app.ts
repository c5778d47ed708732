import { z } from 'zod';
import { lazyObject, lazyStrictObject } from '../model/lazy-objects.ts';
import { Done, type Methods, Nothing } from './method.ts';

/** The app itself. */
export const appMethods = {
  'app.info': {
    kind: 'query',
    about: 'Returns the version, the host, and whether a native folder dialog is available.',
    input: Nothing,
    output: lazyObject(() => ({
      version: z.string(),
      host: z.enum(['electron', 'browser', 'cli']),
      nativeDialogs: z.boolean(),
    })),
  },
  'app.chooseFolder': {
    kind: 'change',
    about: 'Opens the native folder dialog. Returns the chosen folder, or none if the dialog was cancelled.',
    input: Nothing,
    output: lazyObject(() => ({ folder: z.string().optional() })),
  },
  'app.setTheme': {
    kind: 'change',
    about: 'Sets the theme of what the host draws, such as the title bar.',
    input: lazyStrictObject(() => ({ theme: z.enum(['light', 'dark', 'system']) })),
    output: Done,
  },
} as const satisfies Methods;
