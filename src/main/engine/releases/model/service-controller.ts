import type { Service } from '@aws-sdk/client-ecs';
import type { Check } from '../../../../shared/model/plan.ts';
import { fail, pass } from '../../ecs/check.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service-options.html */
export function controllerIsEcs({ deploymentController, taskSets = [] }: Service): Check {
  const controller = deploymentController?.type ?? 'ECS';
  switch (controller) {
    case 'ECS':
      return pass('controller', 'ECS deploys this service');
    case 'CODE_DEPLOY':
      return fail(
        'controller',
        'CodeDeploy deploys this service',
        "UpdateService can't deploy it. Create a CodeDeploy deployment with an AppSpec that names the revision.",
      );
    case 'EXTERNAL':
      if (taskSets.some(({ status }) => status === 'PRIMARY'))
        return pass('controller', 'It is released by task sets (EXTERNAL controller)');
      return fail(
        'controller',
        'It has no primary task set (EXTERNAL controller)',
        'Create its first task set with the AWS CLI and make it primary: later task sets copy its network and capacity.',
      );
    default:
      return fail(
        'controller',
        `The deployment controller ${String(controller)} deploys this service`,
        "Slipway doesn't support this controller. Deploy with the tool that created the service.",
      );
  }
}
