import {
  ContinueServiceDeploymentCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  type Failure,
  ListServiceDeploymentsCommand,
  StopServiceDeploymentCommand,
} from '@aws-sdk/client-ecs';
import { type Operation, operation } from '../../../aws-api/service.ts';
import type { EcsContext } from '../simulation/context.ts';
import type { DeploymentEngine } from '../simulation/deployment-engine.ts';
import { canBeStopped } from '../simulation/deployment-state.ts';
import {
  conflict,
  invalidParameter,
  serviceDeploymentNotFound,
  serviceNotFound,
} from '../simulation/errors.ts';
import { withManagedResources } from '../simulation/express-resources.ts';
import { findService, requireCluster } from '../simulation/lookups.ts';
import { pageOf } from '../simulation/paging.ts';
import { viewServiceDeployment, viewServiceDeploymentBrief } from '../simulation/service-view.ts';

const PAGE = { most: 100, byDefault: 20 } as const;
const DESCRIBED_AT_MOST = 20;

export function serviceDeploymentOperations(
  context: EcsContext,
  engine: DeploymentEngine,
): readonly Operation[] {
  const { state } = context;

  return [
    operation(ListServiceDeploymentsCommand, (input) => {
      const cluster = requireCluster(context, input.cluster);
      const service = findService(context, cluster, input.service ?? '');
      if (service === undefined) throw serviceNotFound();
      const { status = [], createdAt = {} } = input;
      const deployments = [...state.serviceDeployments.inGroup(service.arn)]
        .filter((deployment) => status.length === 0 || status.includes(deployment.status))
        .filter((deployment) => createdAt.after === undefined || deployment.createdAt >= createdAt.after)
        .filter((deployment) => createdAt.before === undefined || deployment.createdAt <= createdAt.before)
        .reverse();
      const page = pageOf(deployments, ({ arn }) => arn, input, PAGE);
      return { serviceDeployments: page.items.map(viewServiceDeploymentBrief), nextToken: page.nextToken };
    }),

    operation(DescribeServiceDeploymentsCommand, ({ serviceDeploymentArns: arns = [] }) => {
      checkBatch(arns, 'Service deployment ARNs');
      const found = arns.flatMap((arn) => state.serviceDeployments.get(arn) ?? []);
      return {
        serviceDeployments: found.map((deployment) => viewServiceDeployment(context, deployment)),
        failures: missing(arns, (arn) => state.serviceDeployments.get(arn)),
      };
    }),

    operation(DescribeServiceRevisionsCommand, ({ serviceRevisionArns: arns = [] }) => {
      checkBatch(arns, 'Service revision ARNs');
      return {
        serviceRevisions: arns.flatMap((arn) => {
          const revision = state.serviceRevisions.get(arn);
          return revision === undefined ? [] : [withManagedResources(context, revision)];
        }),
        failures: missing(arns, (arn) => state.serviceRevisions.get(arn)),
      };
    }),

    operation(StopServiceDeploymentCommand, ({ serviceDeploymentArn: arn = '', stopType = 'ROLLBACK' }) => {
      const deployment = state.serviceDeployments.get(arn);
      const service = deployment === undefined ? undefined : state.services.get(deployment.serviceArn);
      if (deployment === undefined || service === undefined) throw serviceDeploymentNotFound();
      if (!canBeStopped(deployment.status)) {
        throw conflict(`Service deployment in ${deployment.status} status cannot be stopped.`);
      }
      if (stopType === 'ABORT') {
        engine.abort(service, deployment);
      } else {
        if (service.lastCompletedRevisionArn === undefined) {
          throw conflict(
            'Service deployment cannot be rolled back: there is no service revision that completed.',
          );
        }
        engine.rollBack(service, deployment, service.lastCompletedRevisionArn);
      }
      return { serviceDeploymentArn: arn };
    }),

    operation(
      ContinueServiceDeploymentCommand,
      ({ serviceDeploymentArn: arn = '', hookId = '', action = 'CONTINUE' }) => {
        const deployment = state.serviceDeployments.get(arn);
        const service = deployment === undefined ? undefined : state.services.get(deployment.serviceArn);
        if (deployment === undefined || service === undefined) throw serviceDeploymentNotFound();
        if (deployment.status !== 'IN_PROGRESS') {
          throw conflict(`Service deployment in ${deployment.status} status cannot be continued.`);
        }
        const hook = deployment.hooks.find((run) => run.hookId === hookId);
        if (hook === undefined) throw invalidParameter(`The lifecycle hook ${hookId} was not found.`);
        if (hook.status !== 'AWAITING_ACTION') {
          throw conflict(`The lifecycle hook ${hookId} is in ${hook.status} status and awaits no action.`);
        }
        engine.answerHook(service, deployment, hookId, action);
        return { serviceDeploymentArn: arn };
      },
    ),
  ];
}

function checkBatch(arns: readonly string[], what: string): void {
  if (arns.length === 0) throw invalidParameter(`${what} cannot be empty.`);
  if (arns.length > DESCRIBED_AT_MOST)
    throw invalidParameter(`${what} cannot be more than ${DESCRIBED_AT_MOST}.`);
}

function missing(arns: readonly string[], find: (arn: string) => unknown): Failure[] {
  return arns.filter((arn) => find(arn) === undefined).map((arn) => ({ arn, reason: 'MISSING' }));
}
