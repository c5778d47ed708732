import { ACCESS_CALLS } from './access-calls.ts';
import type { ApiCalls } from './api-caller.ts';
import { CODE_DEPLOY_CALLS } from './code-deploy-calls.ts';
import { DEPENDENCY_CALLS } from './dependencies-calls.ts';
import { EXPRESS_CALLS } from './express-calls.ts';
import { IMAGE_CALLS } from './image-calls.ts';
import { SERVICE_CALLS } from './service-calls.ts';
import { SIGN_IN_CALLS } from './sign-in-calls.ts';
import { TABLE_CALLS } from './table-calls.ts';
import { TASK_CALLS } from './task-calls.ts';
import { TASK_TRIGGER_CALLS } from './task-trigger-calls.ts';

/** For tests: calls of every operation of the sandbox, in an order in which they succeed. */
export const ALL_CALLS: ApiCalls = {
  ...SERVICE_CALLS,
  ...EXPRESS_CALLS,
  ...TASK_CALLS,
  ...IMAGE_CALLS,
  ...DEPENDENCY_CALLS,
  ...TASK_TRIGGER_CALLS,
  ...CODE_DEPLOY_CALLS,
  ...ACCESS_CALLS,
  ...TABLE_CALLS,
  ...SIGN_IN_CALLS,
};
