import { DeleteTaskSetCommand, type DeleteTaskSetRequest, type ECSClient } from '@aws-sdk/client-ecs';
import { awsErrorName } from '../../aws/errors.ts';

/** Deletes a task set; one that is being deleted or gone already is as good. */
export async function deleteTaskSet(ecs: ECSClient, request: DeleteTaskSetRequest): Promise<void> {
  try {
    await ecs.send(new DeleteTaskSetCommand(request));
  } catch (error) {
    if (awsErrorName(error) !== 'TaskSetNotFoundException') throw error;
  }
}
