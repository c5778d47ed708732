import {
  BatchGetDeploymentGroupsCommand,
  type CodeDeployClient,
  type DeploymentGroupInfo,
  paginateListApplications,
  paginateListDeploymentGroups,
} from '@aws-sdk/client-codedeploy';
import type { ServiceRef } from '../../../../shared/model/service.ts';

/** The deployment group that deploys a service. */
export interface DeploymentGroup {
  readonly application: string;
  readonly name: string;
  readonly config: string | undefined;
}

/** BatchGetDeploymentGroups takes 100 names. */
const BATCH = 100;

/**
 * The deployment group that names a service. CodeDeploy cannot be asked for it, so every group of every application
 * is looked at. Undefined when there is none.
 */
export async function findDeploymentGroup(
  client: CodeDeployClient,
  ref: ServiceRef,
  signal: AbortSignal,
): Promise<DeploymentGroup | undefined> {
  const pages = paginateListApplications({ client }, {}, { abortSignal: signal });
  for await (const { applications = [] } of pages) {
    for (const application of applications) {
      const found = await findInApplication(client, application, ref, signal);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

async function findInApplication(
  client: CodeDeployClient,
  applicationName: string,
  ref: ServiceRef,
  signal: AbortSignal,
): Promise<DeploymentGroup | undefined> {
  const pages = paginateListDeploymentGroups({ client }, { applicationName }, { abortSignal: signal });
  for await (const { deploymentGroups = [] } of pages) {
    for (let from = 0; from < deploymentGroups.length; from += BATCH) {
      const deploymentGroupNames = deploymentGroups.slice(from, from + BATCH);
      const command = new BatchGetDeploymentGroupsCommand({ applicationName, deploymentGroupNames });
      const { deploymentGroupsInfo = [] } = await client.send(command, { abortSignal: signal });
      const group = deploymentGroupsInfo.find((each) => deploys(each, ref));
      const name = group?.deploymentGroupName;
      if (name !== undefined)
        return { application: applicationName, name, config: group?.deploymentConfigName };
    }
  }
  return undefined;
}

function deploys({ ecsServices = [] }: DeploymentGroupInfo, { cluster, service }: ServiceRef): boolean {
  return ecsServices.some((each) => each.clusterName === cluster && each.serviceName === service);
}
