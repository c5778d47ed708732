import { DeleteTaskSetCommand, type DeleteTaskSetRequest, type ECSClient } from '@aws-sdk/client-ecs';
import { awsErrorName } from '../../aws/errors.ts';

/** Deletes a task set. One that is being deleted, or no longer exists, is fine. */
export async function deleteTaskSet(ecs: ECSClient, request: DeleteTaskSetRequest): Promise<void> {
  try {
    await ecs.send(new DeleteTaskSetCommand(request));
  } catch (error) {
    if (awsErrorName(error) !== 'TaskSetNotFoundException') throw error;
  }
}
