import {
  DeleteDaemonTaskDefinitionCommand,
  DescribeDaemonTaskDefinitionCommand,
  ListDaemonTaskDefinitionsCommand,
  RegisterDaemonTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { type Operation, operation } from '../../../aws-api/service.ts';
import type { EcsContext } from '../simulation/context.ts';
import {
  registerDaemonTaskDefinition,
  requireDaemonTaskDefinition,
  statusOf,
  viewDaemonTaskDefinition,
} from '../simulation/daemon-task-definitions.ts';
import { clientError } from '../simulation/errors.ts';
import { pageOf } from '../simulation/paging.ts';
import { checkTags } from '../simulation/tag-rules.ts';

const PAGE = { most: 100, byDefault: 100 } as const;

export function daemonTaskDefinitionOperations(context: EcsContext): readonly Operation[] {
  const { state, clock } = context;

  return [
    operation(RegisterDaemonTaskDefinitionCommand, (request, caller) => {
      checkTags(request.tags ?? []);
      const { definition } = registerDaemonTaskDefinition(context, request, {
        registeredAt: clock.now(),
        registeredBy: caller.principalArn,
      });
      return { daemonTaskDefinitionArn: definition.daemonTaskDefinitionArn };
    }),

    operation(DescribeDaemonTaskDefinitionCommand, ({ daemonTaskDefinition = '' }) => ({
      daemonTaskDefinition: viewDaemonTaskDefinition(
        context,
        requireDaemonTaskDefinition(context, daemonTaskDefinition),
      ),
    })),

    operation(ListDaemonTaskDefinitionsCommand, (input) => {
      const { familyPrefix = '', family, revision, status = 'ACTIVE', sort = 'ASC' } = input;
      const found = [...state.daemonTaskDefinitions.all()]
        .filter(({ definition }) => {
          if (family !== undefined && definition.family !== family) return false;
          return definition.family.startsWith(familyPrefix);
        })
        .filter((record) => status === 'ALL' || statusOf(context, record) === status)
        .filter(
          ({ definition }) =>
            revision !== 'LAST_REGISTERED' ||
            state.daemonFamilies.get(definition.family)?.lastRevision === definition.revision,
        )
        .toSorted(
          ({ definition: one }, { definition: other }) =>
            one.family.localeCompare(other.family) || one.revision - other.revision,
        );
      const page = pageOf(
        sort === 'DESC' ? found.toReversed() : found,
        ({ definition }) => definition.daemonTaskDefinitionArn,
        input,
        PAGE,
      );
      return {
        daemonTaskDefinitions: page.items.map((record) => {
          const {
            daemonTaskDefinitionArn: arn,
            registeredAt,
            registeredBy,
            deleteRequestedAt,
          } = record.definition;
          return { arn, registeredAt, registeredBy, deleteRequestedAt, status: statusOf(context, record) };
        }),
        nextToken: page.nextToken,
      };
    }),

    operation(DeleteDaemonTaskDefinitionCommand, ({ daemonTaskDefinition = '' }) => {
      if (!/:\d+$/.test(daemonTaskDefinition)) {
        throw clientError('The revision of the daemon task definition to delete is required.');
      }
      const record = requireDaemonTaskDefinition(context, daemonTaskDefinition);
      const { definition } = record;
      state.daemonTaskDefinitions.put({
        ...record,
        definition: {
          ...definition,
          status: 'DELETE_IN_PROGRESS',
          deleteRequestedAt: definition.deleteRequestedAt ?? clock.now(),
        },
      });
      return { daemonTaskDefinitionArn: definition.daemonTaskDefinitionArn };
    }),
  ];
}
