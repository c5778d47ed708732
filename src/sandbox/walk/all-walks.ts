import { ACCESS_WALKS } from './access-walks.ts';
import { CODE_DEPLOY_WALKS } from './code-deploy-walks.ts';
import { IMAGE_WALKS } from './image-walks.ts';
import { SERVICE_WALKS } from './service-walks.ts';
import { STARTER_WALKS } from './starter-walks.ts';
import { SURROUNDINGS_WALKS } from './surroundings-walks.ts';
import { TASK_WALKS } from './task-walks.ts';
import type { Walks } from './walker.ts';

/** For tests: calls of every operation of the sandbox, in an order in which they succeed. */
export const ALL_WALKS: Walks = {
  ...SERVICE_WALKS,
  ...TASK_WALKS,
  ...IMAGE_WALKS,
  ...SURROUNDINGS_WALKS,
  ...STARTER_WALKS,
  ...CODE_DEPLOY_WALKS,
  ...ACCESS_WALKS,
};
