import {
  DiscoverPollEndpointCommand,
  SubmitAttachmentStateChangesCommand,
  SubmitContainerStateChangeCommand,
  SubmitTaskStateChangeCommand,
  UpdateContainerAgentCommand,
} from '@aws-sdk/client-ecs';
import { type Operation, operation } from '../../../aws-api/service.ts';
import {
  findInstance,
  NEWEST_AGENT,
  requireInstance,
  viewInstance,
} from '../simulation/container-instances.ts';
import type { EcsContext } from '../simulation/context.ts';
import { clientError, missingVersion, noUpdateAvailable } from '../simulation/errors.ts';
import { findActiveCluster, requireCluster } from '../simulation/lookups.ts';

/** What ECS answers the agent to each of its reports. */
const ACKNOWLEDGED = { acknowledgment: 'ACK' } as const;

/**
 * What the agent of a container instance asks and tells, and its update. The tasks of the sandbox go through their
 * lives by themselves: what an agent tells of them is acknowledged and changes nothing.
 */
export function containerAgentOperations(context: EcsContext): readonly Operation[] {
  const { state } = context;

  return [
    operation(DiscoverPollEndpointCommand, ({ cluster: name, containerInstance }, { endpoint }) => {
      const cluster = findActiveCluster(context, name);
      // ECS's model has no ClusterNotFoundException for this one operation.
      if (cluster === undefined) throw clientError('Cluster not found.');
      if (
        containerInstance !== undefined &&
        findInstance(context, cluster, containerInstance) === undefined
      ) {
        throw clientError('Referenced container instance not found.');
      }
      return { endpoint, telemetryEndpoint: endpoint, serviceConnectEndpoint: endpoint };
    }),

    operation(SubmitTaskStateChangeCommand, ({ cluster }) => {
      requireCluster(context, cluster);
      return ACKNOWLEDGED;
    }),

    operation(SubmitContainerStateChangeCommand, ({ cluster }) => {
      requireCluster(context, cluster);
      return ACKNOWLEDGED;
    }),

    operation(SubmitAttachmentStateChangesCommand, ({ cluster }) => {
      requireCluster(context, cluster);
      return ACKNOWLEDGED;
    }),

    operation(UpdateContainerAgentCommand, ({ cluster, containerInstance = '' }) => {
      const record = requireInstance(context, requireCluster(context, cluster), containerInstance);
      const { versionInfo } = record.instance;
      if (versionInfo?.agentVersion === undefined) throw missingVersion();
      if (versionInfo.agentVersion === NEWEST_AGENT) throw noUpdateAvailable();
      const updated = {
        ...record,
        instance: {
          ...record.instance,
          versionInfo: { ...versionInfo, agentVersion: NEWEST_AGENT },
          agentUpdateStatus: 'UPDATED' as const,
        },
      };
      state.containerInstances.put(updated);
      // The sandbox updates at once, but an answer always tells of the update's beginning.
      return {
        containerInstance: { ...viewInstance(context, record), agentUpdateStatus: 'PENDING' as const },
      };
    }),
  ];
}
