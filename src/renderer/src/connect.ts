import { connectEngine } from './lib/client.ts';

/** The engine of this window. The built page runs this file first, so that the engine works while the rest is loaded. */
export const connection = connectEngine();
