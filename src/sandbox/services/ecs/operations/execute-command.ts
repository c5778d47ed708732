import { ExecuteCommandCommand } from '@aws-sdk/client-ecs';
import { type Operation, operation } from '../../../aws-api/service.ts';
import type { EcsContext } from '../simulation/context.ts';
import { invalidParameter, targetNotConnected } from '../simulation/errors.ts';
import { execTarget } from '../simulation/exec-targets.ts';
import { findTask, requireCluster } from '../simulation/lookups.ts';
import { isRunning } from '../simulation/task-transitions.ts';

/**
 * ECS Exec: opens a session in a simulated container, or refuses for the reason that AWS gives.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ExecuteCommand.html
 */
export function executeCommandOperation(context: EcsContext): Operation {
  return operation(
    ExecuteCommandCommand,
    ({ cluster: name, task: id = '', container, interactive, command = '' }) => {
      const cluster = requireCluster(context, name);
      if (interactive !== true) throw invalidParameter('Interactive is the only mode supported currently.');
      const record = findTask(context, cluster, id);
      if (record === undefined) throw invalidParameter('The referenced task was not found.');
      if (!isRunning(record) || record.task.enableExecuteCommand !== true) {
        throw invalidParameter(
          "The execute command failed because execute command was not enabled when the task was run or the execute command agent isn't running. Wait and try again or run a new task with execute command enabled and try again.",
        );
      }
      const names = record.task.containers.map((each) => each.name);
      if (container === undefined && names.length > 1) {
        throw invalidParameter(
          'A container name must be specified when the task has more than one container.',
        );
      }
      if (container !== undefined && !names.includes(container)) {
        throw invalidParameter(`The container ${container} does not exist in the task.`);
      }
      const chosen = record.task.containers.find((each) => each.name === (container ?? names[0]));
      const target = chosen === undefined ? undefined : execTarget(context, record, chosen);
      const { sessions } = context.dependencies;
      if (chosen === undefined || target === undefined || sessions === undefined) throw targetNotConnected();
      return {
        clusterArn: cluster.cluster.clusterArn,
        containerArn: chosen.containerArn,
        containerName: chosen.name,
        interactive,
        session: sessions.execute(target, command),
        taskArn: record.task.taskArn,
      };
    },
  );
}
