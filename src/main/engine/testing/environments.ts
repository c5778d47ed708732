import { join } from 'node:path';
import { type Environments, openEnvironments } from '../environments/environments.ts';

/** Environments by the names alone: there is no file of rules. */
export const BY_NAME: Environments = openEnvironments({ data: join(import.meta.dirname, 'no-such-folder') });
