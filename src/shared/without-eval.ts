import { config } from 'zod';

/**
 * Keeps zod from trying `new Function`, which the content security policy of the window forbids and reports.
 * It has to be set before the first schema is made, so the renderer imports this file before all others.
 */
config({ jitless: true });
