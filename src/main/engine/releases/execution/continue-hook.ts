import { ContinueServiceDeploymentCommand } from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { lastPartOf, serviceLabel } from '../../aws/arns.ts';
import { awsErrorName } from '../../aws/errors.ts';
import { recordStep } from '../../journal/record-step.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';

/** A person's answer to a lifecycle hook that waits. */
export interface HookAnswer {
  readonly ref: ServiceRef;
  /** The ARN of the service deployment. */
  readonly deployment: string;
  readonly hook: string;
  readonly action: 'continue' | 'roll-back';
}

const ACTIONS = { continue: 'CONTINUE', 'roll-back': 'ROLLBACK' } as const;

/**
 * Sends ContinueServiceDeployment, and writes it as a step of the change that started the deployment, if Slipway
 * did. CONFLICT when the hook waits no longer: somebody else answered it, or its time ran out.
 */
export async function continueHook(
  { aws, journal }: ReleaseDependencies,
  { ref, deployment, hook, action }: HookAnswer,
  signal: AbortSignal,
): Promise<void> {
  const send = async (): Promise<void> => {
    const command = new ContinueServiceDeploymentCommand({
      serviceDeploymentArn: deployment,
      hookId: hook,
      action: ACTIONS[action],
    });
    await aws.ecs(ref, 'clicked').send(command, { abortSignal: signal });
  };
  const entry = journal.entries.ofDeployment(deployment).at(-1);
  try {
    if (entry === undefined) await send();
    else {
      await recordStep(journal.entries, {
        entry: entry.id,
        operation: 'ContinueServiceDeployment',
        send,
        resultOf: () => ACTIONS[action],
      });
    }
  } catch (error) {
    throw waitsNoLonger(error) ? tooLate(ref, deployment, error) : error;
  }
}

function waitsNoLonger(error: unknown): boolean {
  const name = awsErrorName(error);
  return name === 'ConflictException' || name === 'InvalidParameterException';
}

function tooLate(ref: ServiceRef, deployment: string, cause: unknown): SlipwayError {
  return new SlipwayError(
    'CONFLICT',
    `The deployment ${lastPartOf(deployment)} of ${serviceLabel(ref)} no longer waits for approval: somebody else answered, or the time limit passed. Refresh to see its state.`,
    { cause },
  );
}
