import type { EcsContext } from './context.ts';
import { isMember } from './placement-constraints.ts';
import { constraintsOf } from './service-task-order.ts';
import type { ServiceRecord } from './state.ts';

/** A DAEMON wants one task on each active instance that its constraints allow. Other services stay as they are. */
export function fitToInstances({ state }: EcsContext, service: ServiceRecord): ServiceRecord {
  if (service.settings.schedulingStrategy !== 'DAEMON') return service;
  const revision = state.serviceRevisions.get(service.rollouts[0]?.revisionArn ?? '');
  const definition = state.taskDefinitions.get(revision?.taskDefinition ?? '')?.definition;
  if (definition === undefined) return service;
  const constraints = constraintsOf(service.settings, definition);
  const instances = [...state.containerInstances.inGroup(service.clusterArn)].filter(
    ({ instance }) => instance.status === 'ACTIVE' && isMember(constraints, instance.attributes),
  );
  if (instances.length === service.desiredCount) return service;
  const fitted: ServiceRecord = { ...service, desiredCount: instances.length, isSteady: false };
  state.services.put(fitted);
  return fitted;
}
