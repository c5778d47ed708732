import {
  CreateTaskSetCommand,
  type CreateTaskSetRequest,
  DeleteTaskSetCommand,
  DescribeTaskSetsCommand,
  type Scale,
  type TaskSet,
  UpdateServicePrimaryTaskSetCommand,
  UpdateTaskSetCommand,
} from '@aws-sdk/client-ecs';
import { type CallContext, type Operation, operation } from '../../../aws-api/service.ts';
import { lastPart, taskSetArn } from '../simulation/arns.ts';
import type { EcsContext } from '../simulation/context.ts';
import type { DeploymentEngine } from '../simulation/deployment-engine.ts';
import { invalidParameter, taskSetNotFound, unsupported } from '../simulation/errors.ts';
import { onceForToken } from '../simulation/idempotency.ts';
import {
  requireActiveService,
  requireCluster,
  requireDeployableTaskDefinition,
  requireProvidersOf,
} from '../simulation/lookups.ts';
import { checkPassRole } from '../simulation/pass-role.ts';
import { checkRevision } from '../simulation/service-rules.ts';
import type { ServiceRecord, TaskSetRecord } from '../simulation/state.ts';
import { checkTags } from '../simulation/tag-rules.ts';
import { checkTargetGroups } from '../simulation/target-group-rules.ts';
import {
  addTaskSet,
  changeTaskSet,
  computedDesiredCount,
  hasTaskSets,
  makePrimary,
  viewTaskSet,
} from '../simulation/task-sets.ts';

export function taskSetOperations(context: EcsContext, engine: DeploymentEngine): readonly Operation[] {
  const { state } = context;

  return [
    operation(CreateTaskSetCommand, (request, caller) => {
      const service = requireService(request);
      if (service.settings.deploymentController?.type !== 'EXTERNAL') throw notExternal();
      const [arn] = onceForToken(context, 'CreateTaskSet', request, () => [create(service, request, caller)]);
      return { taskSet: viewNow(service, arn) };
    }),

    operation(DescribeTaskSetsCommand, ({ include = [], taskSets: names = [], ...where }) => {
      const service = requireService(where);
      if (!hasTaskSets(service)) throw notExternal();
      const all = [...state.taskSets.inGroup(service.arn)];
      const asked = names.length === 0 ? all : names.flatMap((name) => find(service, name) ?? []);
      return {
        taskSets: asked.map((record) => ({
          ...viewTaskSet(context, service, record),
          ...(include.includes('TAGS') ? { tags: [...record.tags] } : {}),
        })),
        failures: names
          .filter((name) => find(service, name) === undefined)
          .map((name) => ({ arn: name, reason: 'MISSING' })),
      };
    }),

    operation(UpdateTaskSetCommand, ({ taskSet: name = '', scale, ...where }) => {
      const service = requireService(where);
      const record = requireTaskSet(service, name);
      if (scale === undefined) throw invalidParameter('scale cannot be null.');
      changeTaskSet(context, record, { scale: checkedScale(scale) });
      engine.look(service.arn);
      return { taskSet: viewNow(service, record.taskSet.taskSetArn) };
    }),

    operation(UpdateServicePrimaryTaskSetCommand, ({ primaryTaskSet: name = '', ...where }) => {
      const service = requireService(where);
      const record = requireTaskSet(service, name);
      makePrimary(context, record);
      engine.look(service.arn);
      return { taskSet: viewNow(service, record.taskSet.taskSetArn) };
    }),

    operation(DeleteTaskSetCommand, ({ taskSet: name = '', force, ...where }) => {
      const service = requireService(where);
      const record = requireTaskSet(service, name);
      if (record.taskSet.status === 'PRIMARY' && force !== true) {
        throw invalidParameter('The primary task set cannot be deleted. Specify force to delete it.');
      }
      if (computedDesiredCount(service, record) > 0 && force !== true) {
        throw invalidParameter(
          'The task set cannot be deleted while it is scaled above 0. Specify force to delete it.',
        );
      }
      changeTaskSet(context, record, { status: 'DRAINING' });
      engine.look(service.arn);
      return { taskSet: viewNow(service, record.taskSet.taskSetArn) };
    }),
  ];

  function requireService({
    cluster,
    service,
  }: {
    cluster?: string | undefined;
    service?: string | undefined;
  }) {
    return requireActiveService(context, requireCluster(context, cluster), service ?? '');
  }

  function create(service: ServiceRecord, request: CreateTaskSetRequest, caller: CallContext): string {
    const { definition } = requireDeployableTaskDefinition(context, request.taskDefinition ?? '');
    checkPassRole(definition, caller);
    checkRevision({ ...request, taskDefinition: definition.taskDefinitionArn }, definition);
    requireProvidersOf(context, requireCluster(context, request.cluster), request.capacityProviderStrategy);
    checkTargetGroups(context.home, request.loadBalancers);
    checkTags(request.tags ?? []);
    const record = addTaskSet(
      context,
      service,
      { ...request, taskDefinition: definition.taskDefinitionArn },
      {
        status: 'ACTIVE',
        scale: checkedScale(request.scale ?? { value: 100, unit: 'PERCENT' }),
      },
    );
    engine.look(service.arn);
    return record.taskSet.taskSetArn;
  }

  function find(service: ServiceRecord, name: string): TaskSetRecord | undefined {
    const id = name.startsWith('arn:') ? lastPart(name) : name.replace('ecs-svc/', '');
    return state.taskSets.get(taskSetArn(service.arn, id));
  }

  function requireTaskSet(service: ServiceRecord, name: string): TaskSetRecord {
    if (service.settings.deploymentController?.type !== 'EXTERNAL') throw notExternal();
    const record = find(service, name);
    if (record === undefined || record.taskSet.status === 'DRAINING') throw taskSetNotFound();
    return record;
  }

  function viewNow(service: ServiceRecord, arn: string | undefined): TaskSet {
    const record = state.taskSets.get(arn ?? '');
    if (record === undefined) throw taskSetNotFound();
    return { ...viewTaskSet(context, service, record), tags: [...record.tags] };
  }
}

function checkedScale({ value = 100, unit = 'PERCENT' }: Scale): Scale {
  if (value < 0 || value > 100)
    throw invalidParameter('The scale of a task set must be between 0 and 100 percent.');
  return { value, unit };
}

function notExternal() {
  return unsupported('Task sets can only be managed on services with an EXTERNAL deployment controller.');
}
