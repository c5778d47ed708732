import { randomUUID } from 'node:crypto';
import {
  ApplicationAlreadyExistsException$,
  ApplicationDoesNotExistException$,
  BatchGetDeploymentGroupsCommand,
  CreateApplicationCommand,
  CreateDeploymentGroupCommand,
  DeploymentGroupAlreadyExistsException$,
  DeploymentGroupDoesNotExistException$,
  GetDeploymentGroupCommand,
  InvalidComputePlatformException$,
  InvalidECSServiceException$,
  ListApplicationsCommand,
  ListDeploymentGroupsCommand,
} from '@aws-sdk/client-codedeploy';
import { awsError, type Operation, operation } from '../../aws-api/service.ts';
import type { CodeDeployContext } from './deployment-run.ts';
import { pageOf } from './pages.ts';
import { type ApplicationRecord, type GroupRecord, groupKey } from './state.ts';
import { DEFAULT_CONFIG, trafficSteps } from './traffic-plan.ts';

/** Throws ApplicationDoesNotExistException. */
export function requireApplication({ state }: CodeDeployContext, name: string): ApplicationRecord {
  const application = state.applications.get(name);
  if (application !== undefined) return application;
  throw awsError(ApplicationDoesNotExistException$, `No application found for name: ${name}`);
}

/** Throws ApplicationDoesNotExistException and DeploymentGroupDoesNotExistException. */
export function requireGroup(context: CodeDeployContext, application: string, name: string): GroupRecord {
  requireApplication(context, application);
  const group = context.state.groups.get(groupKey(application, name));
  if (group !== undefined) return group;
  throw awsError(DeploymentGroupDoesNotExistException$, `No Deployment Group found for name: ${name}`);
}

/** Applications and deployment groups. Groups are for services of ECS only. */
export function groupOperations(contextIn: (region: string) => CodeDeployContext): readonly Operation[] {
  return [
    operation(CreateApplicationCommand, ({ applicationName = '', computePlatform }, { region }) => {
      const { state, clock } = contextIn(region);
      if (computePlatform !== 'ECS') {
        throw awsError(
          InvalidComputePlatformException$,
          'The sandbox deploys to the compute platform ECS only.',
        );
      }
      if (state.applications.get(applicationName) !== undefined) {
        const message = `Application already exists for name: ${applicationName}`;
        throw awsError(ApplicationAlreadyExistsException$, message);
      }
      const applicationId = randomUUID();
      const createTime = clock.now();
      state.applications.put({
        applicationId,
        applicationName,
        createTime,
        linkedToGitHub: false,
        computePlatform,
      });
      return { applicationId };
    }),

    operation(ListApplicationsCommand, ({ nextToken }, { region }) => {
      const names = [...contextIn(region).state.applications.all()].map(
        ({ applicationName }) => applicationName,
      );
      const { items, next } = pageOf(names.toSorted(), nextToken);
      return { applications: items, nextToken: next };
    }),

    operation(CreateDeploymentGroupCommand, ({ tags: _tags, ...input }, { region }) => {
      const context = contextIn(region);
      const { applicationName = '', deploymentGroupName = '', deploymentConfigName = DEFAULT_CONFIG } = input;
      requireApplication(context, applicationName);
      if (context.state.groups.get(groupKey(applicationName, deploymentGroupName)) !== undefined) {
        const message = `Deployment group already exists for name: ${deploymentGroupName}`;
        throw awsError(DeploymentGroupAlreadyExistsException$, message);
      }
      trafficSteps(deploymentConfigName);
      const [service] = input.ecsServices ?? [];
      if (context.services.find(service?.clusterName ?? '', service?.serviceName ?? '') === undefined) {
        const message = `The ECS service ${service?.serviceName ?? ''} is not an active one with the CODE_DEPLOY deployment controller.`;
        throw awsError(InvalidECSServiceException$, message);
      }
      const deploymentGroupId = randomUUID();
      const { ec2TagFilters: _filters, autoScalingGroups: _groups, ...group } = input;
      context.state.groups.put({
        ...group,
        applicationName,
        deploymentGroupId,
        deploymentGroupName,
        deploymentConfigName,
        computePlatform: 'ECS',
        autoScalingGroups: [],
      });
      return { deploymentGroupId };
    }),

    operation(ListDeploymentGroupsCommand, ({ applicationName = '', nextToken }, { region }) => {
      const context = contextIn(region);
      requireApplication(context, applicationName);
      const names = [...context.state.groups.inGroup(applicationName)].map(
        (each) => each.deploymentGroupName,
      );
      const { items, next } = pageOf(names.toSorted(), nextToken);
      return { applicationName, deploymentGroups: items, nextToken: next };
    }),

    operation(
      GetDeploymentGroupCommand,
      ({ applicationName = '', deploymentGroupName = '' }, { region }) => ({
        deploymentGroupInfo: requireGroup(contextIn(region), applicationName, deploymentGroupName),
      }),
    ),

    operation(
      BatchGetDeploymentGroupsCommand,
      ({ applicationName = '', deploymentGroupNames = [] }, { region }) => {
        const context = contextIn(region);
        requireApplication(context, applicationName);
        const missing = deploymentGroupNames.filter(
          (name) => context.state.groups.get(groupKey(applicationName, name)) === undefined,
        );
        return {
          deploymentGroupsInfo: deploymentGroupNames.flatMap(
            (name) => context.state.groups.get(groupKey(applicationName, name)) ?? [],
          ),
          ...(missing.length === 0
            ? {}
            : { errorMessage: `No Deployment Group found for name: ${missing.join(', ')}` }),
        };
      },
    ),
  ];
}
