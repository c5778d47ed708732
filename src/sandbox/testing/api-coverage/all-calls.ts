import { ACCESS_WALKS } from './access-calls.ts';
import type { Walks } from './api-caller.ts';
import { CODE_DEPLOY_WALKS } from './code-deploy-calls.ts';
import { SURROUNDINGS_WALKS } from './dependencies-calls.ts';
import { IMAGE_WALKS } from './image-calls.ts';
import { SERVICE_WALKS } from './service-calls.ts';
import { TASK_WALKS } from './task-calls.ts';
import { STARTER_WALKS } from './task-trigger-calls.ts';

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
