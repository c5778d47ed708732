import { z } from 'zod';
import { type Methods, Nothing } from './method.ts';

/** The app itself. */
export const appMethods = {
  'app.info': {
    kind: 'query',
    about: 'What this is: version, host, and whether a native folder dialog can be had.',
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
} as const satisfies Methods;
