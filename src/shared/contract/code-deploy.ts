import { CodeDeployOfService } from '../model/code-deploy.ts';
import { ServiceRef } from '../model/service.ts';
import type { Methods } from './method.ts';

/** Services that CodeDeploy deploys. */
export const codeDeployMethods = {
  'services.codeDeploy': {
    kind: 'query',
    about:
      'Returns the deployment group of a service with the CODE_DEPLOY controller, and its newest ' +
      'deployment with traffic, lifecycle events and error. FORBIDDEN names the missing CodeDeploy ' +
      'permission.',
    input: ServiceRef,
    output: CodeDeployOfService,
  },
} as const satisfies Methods;
