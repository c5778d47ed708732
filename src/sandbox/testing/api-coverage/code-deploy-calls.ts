import * as api from '@aws-sdk/client-codedeploy';
import { CreateServiceCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { SHOP_GROUP, shopAppSpec, shopGroup, shopRevision, shopService } from '../code-deploy-service.ts';
import type { ApiCalls } from './api-caller.ts';

const MINUTE = 60_000;
const { applicationName, deploymentGroupName } = SHOP_GROUP;

/** For the test of every operation: a service that CodeDeploy deploys. */
export const CODE_DEPLOY_CALLS: ApiCalls = {
  'deployments of CodeDeploy': async ({ ecs, codeDeploy, advance }) => {
    const register = new RegisterTaskDefinitionCommand(shopRevision('1.0'));
    const { taskDefinition } = await ecs(register);
    const arn = taskDefinition?.taskDefinitionArn ?? '';
    await ecs(new CreateServiceCommand({ ...shopService(arn), cluster: 'production' }));
    await codeDeploy(new api.CreateApplicationCommand({ applicationName, computePlatform: 'ECS' }));
    await codeDeploy(
      new api.CreateDeploymentGroupCommand(
        shopGroup({ ecsServices: [{ clusterName: 'production', serviceName: 'shop' }] }),
      ),
    );
    await codeDeploy(new api.ListApplicationsCommand({}));
    await codeDeploy(new api.ListDeploymentGroupsCommand({ applicationName }));
    await codeDeploy(new api.GetDeploymentGroupCommand(SHOP_GROUP));
    const deploymentGroupNames = [deploymentGroupName];
    await codeDeploy(new api.BatchGetDeploymentGroupsCommand({ applicationName, deploymentGroupNames }));

    const create = () =>
      codeDeploy(new api.CreateDeploymentCommand({ ...SHOP_GROUP, revision: shopAppSpec(arn) }));
    const { deploymentId = '' } = await create();
    advance(4 * MINUTE);
    const { targetIds } = await codeDeploy(new api.ListDeploymentTargetsCommand({ deploymentId }));
    const targetId = targetIds?.[0] ?? '';
    await codeDeploy(new api.GetDeploymentTargetCommand({ deploymentId, targetId }));
    await codeDeploy(new api.BatchGetDeploymentTargetsCommand({ deploymentId, targetIds: [targetId] }));
    const deploymentWaitType = 'TERMINATION_WAIT';
    await codeDeploy(new api.ContinueDeploymentCommand({ deploymentId, deploymentWaitType }));
    await codeDeploy(new api.GetDeploymentCommand({ deploymentId }));
    const second = await create();
    await codeDeploy(new api.StopDeploymentCommand({ deploymentId: second.deploymentId }));
    const { deployments } = await codeDeploy(new api.ListDeploymentsCommand(SHOP_GROUP));
    await codeDeploy(new api.BatchGetDeploymentsCommand({ deploymentIds: deployments }));
  },
};
