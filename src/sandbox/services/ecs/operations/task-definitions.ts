import {
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  type Failure,
  ListTaskDefinitionFamiliesCommand,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import { type Operation, operation } from '../../../aws-api/service.ts';
import { lastPart, parseTaskDefinitionName } from '../simulation/arns.ts';
import type { EcsContext } from '../simulation/context.ts';
import { clientError, invalidParameter, taskDefinitionNotFound } from '../simulation/errors.ts';
import { findTaskDefinition, requireTaskDefinition } from '../simulation/lookups.ts';
import { pageOf } from '../simulation/paging.ts';
import { checkPassRole } from '../simulation/pass-role.ts';
import { requestDeletion } from '../simulation/task-definition-deletion.ts';
import { registerTaskDefinition } from '../simulation/task-definition-registration.ts';

const PAGE = { most: 100, byDefault: 100 } as const;
const DELETED_AT_MOST = 10;

export function taskDefinitionOperations(context: EcsContext): readonly Operation[] {
  const { state, clock } = context;

  return [
    operation(RegisterTaskDefinitionCommand, (request, caller) => {
      checkPassRole(request, caller);
      const registration = { registeredAt: clock.now(), registeredBy: caller.principalArn };
      const { definition, tags } = registerTaskDefinition(context, request, registration);
      return { taskDefinition: definition, tags: [...tags] };
    }),

    operation(DescribeTaskDefinitionCommand, ({ taskDefinition = '', include = [] }) => {
      const { definition, tags } = requireTaskDefinition(context, taskDefinition);
      return { taskDefinition: definition, ...(include.includes('TAGS') ? { tags: [...tags] } : {}) };
    }),

    operation(ListTaskDefinitionsCommand, (input) => {
      const status = input.status ?? 'ACTIVE';
      const families =
        input.familyPrefix === undefined ? [...state.taskDefinitions.groups()].sort() : [input.familyPrefix];
      const arns = families.flatMap((family) => arnsOf(family, status));
      if (input.sort === 'DESC') arns.reverse();
      const page = pageOf(arns, (arn) => arn, input, PAGE);
      return { taskDefinitionArns: page.items, nextToken: page.nextToken };
    }),

    operation(ListTaskDefinitionFamiliesCommand, (input) => {
      const families = [...state.families.all()]
        .map(({ family }) => family)
        .filter(
          (family) => family.startsWith(input.familyPrefix ?? '') && isListed(family, input.status ?? 'ALL'),
        )
        .sort();
      const page = pageOf(families, (family) => family, input, PAGE);
      return { families: page.items, nextToken: page.nextToken };
    }),

    operation(DeregisterTaskDefinitionCommand, ({ taskDefinition = '' }) => {
      checkRevision(taskDefinition);
      const record = findTaskDefinition(context, taskDefinition);
      if (record === undefined) throw taskDefinitionNotFound();
      if (record.definition.status === 'DELETE_IN_PROGRESS') {
        throw clientError('The specified task definition is in DELETE_IN_PROGRESS status.');
      }
      if (record.definition.status === 'INACTIVE') return { taskDefinition: record.definition };
      const definition = { ...record.definition, status: 'INACTIVE', deregisteredAt: clock.now() } as const;
      state.taskDefinitions.put({ ...record, definition });
      return { taskDefinition: definition };
    }),

    operation(DeleteTaskDefinitionsCommand, ({ taskDefinitions: names = [] }) => {
      if (names.length === 0) {
        throw invalidParameter('size of TaskDefinition references list must be greater than 0');
      }
      if (names.length > DELETED_AT_MOST) {
        throw invalidParameter(`Size of TaskDefinition references list cannot exceed ${DELETED_AT_MOST}`);
      }
      const taskDefinitions: TaskDefinition[] = [];
      const failures: Failure[] = [];
      for (const name of names) {
        const isRevision = parseTaskDefinitionName(name)?.revision !== undefined;
        const record = isRevision ? findTaskDefinition(context, name) : undefined;
        if (record === undefined) failures.push({ arn: name, reason: isRevision ? NOT_THERE : NO_REVISION });
        else if (record.definition.status === 'ACTIVE') {
          failures.push({
            arn: record.definition.taskDefinitionArn,
            reason:
              'The specified task definition is still in ACTIVE status. Please deregister the target and try again.',
          });
        } else taskDefinitions.push(requestDeletion(context, record));
      }
      return { taskDefinitions, failures };
    }),
  ];

  function arnsOf(family: string, status: string): string[] {
    return [...state.taskDefinitions.inGroup(family)]
      .filter(({ definition }) => definition.status === status)
      .map(({ definition }) => definition.taskDefinitionArn);
  }

  /** A family is ACTIVE when one of its revisions is, and INACTIVE when it only has others. */
  function isListed(family: string, status: string): boolean {
    const statuses = [...state.taskDefinitions.inGroup(family)].map(({ definition }) => definition.status);
    if (statuses.length === 0) return false;
    return status === 'ALL' || statuses.includes('ACTIVE') === (status === 'ACTIVE');
  }
}

const NO_REVISION =
  'The specified task definition identifier is invalid. Specify a valid name or ARN and try again.';
const NOT_THERE =
  'The specified task definition does not exist. Specify a valid account, family, revision and try again.';

/** @throws AwsError `InvalidParameterException` with the message of ECS for a family alone, and for `family:text`. */
function checkRevision(taskDefinition: string): void {
  const [, revision] = lastPart(taskDefinition).split(':');
  if (revision === undefined) throw invalidParameter('Revision is missing.');
  if (!/^\d+$/.test(revision)) throw invalidParameter(`Invalid revision number. Number: ${revision}`);
}
