import type { DeploymentInfo, DeploymentStatus } from '@aws-sdk/client-codedeploy';
import type { CodeDeployDeployment } from '../../../../shared/model/code-deploy.ts';
import type { DeploymentOutcome } from '../../../../shared/model/deployment.ts';
import { shellWord } from '../../ecs/shell-words.ts';

const OUTCOMES: ReadonlyMap<string, DeploymentOutcome> = new Map(
  Object.entries({
    Created: 'in-progress',
    Queued: 'in-progress',
    InProgress: 'in-progress',
    Baking: 'in-progress',
    Ready: 'in-progress',
    Succeeded: 'succeeded',
    Failed: 'failed',
    Stopped: 'stopped',
  } as const satisfies Record<DeploymentStatus, DeploymentOutcome>),
);

/** The outcome of a deployment of CodeDeploy. Only Succeeded is a success, and going back is none. */
export function outcomeOf({ status, creator }: DeploymentInfo): DeploymentOutcome {
  const outcome = OUTCOMES.get(status ?? '') ?? 'unknown';
  return outcome === 'succeeded' && creator === 'codeDeployRollback' ? 'rolled-back' : outcome;
}

/** What a deployment is at, or how it ended, in a sentence. */
export function sentenceOf(info: DeploymentInfo): string {
  const { status, errorInformation, rollbackInfo, instanceTerminationWaitTimeStarted } = info;
  switch (status) {
    case 'Created':
    case 'Queued':
      return "CodeDeploy has accepted it and hasn't started yet.";
    case 'Ready':
      return 'The new tasks are healthy. CodeDeploy waits for approval to shift traffic.';
    case 'InProgress':
    case 'Baking':
      if (info.creator === 'codeDeployRollback') return 'CodeDeploy is rolling back to the earlier revision.';
      return instanceTerminationWaitTimeStarted === true
        ? 'All traffic goes to the new tasks. CodeDeploy keeps the old ones for a while, for a quick rollback.'
        : 'CodeDeploy is replacing the tasks.';
    case 'Succeeded':
      return info.creator === 'codeDeployRollback'
        ? `CodeDeploy rolled back ${rollbackInfo?.rollbackTriggeringDeploymentId ?? 'a deployment that failed'}.`
        : 'CodeDeploy replaced the tasks.';
    case 'Failed':
      return errorInformation?.message ?? 'It failed. CodeDeploy gave no reason.';
    case 'Stopped':
      return errorInformation?.message ?? 'It was stopped.';
    default:
      return `Status in CodeDeploy: ${status ?? 'none'}.`;
  }
}

/** Who or what started a deployment; CodeDeploy does not say which person. */
export function startedBy(creator: string | undefined): string {
  switch (creator) {
    case 'user':
      return 'a person or a pipeline';
    case 'codeDeployRollback':
      return 'CodeDeploy, to roll back';
    case undefined:
      return 'not known';
    default:
      return creator;
  }
}

/** What can be done to a deployment in progress, as commands of the AWS CLI with these `options`. */
export function waysFor(
  id: string,
  { status, instanceTerminationWaitTimeStarted }: DeploymentInfo,
  options: readonly string[],
): CodeDeployDeployment['ways'] {
  if (OUTCOMES.get(status ?? '') !== 'in-progress') return [];
  const command = (verb: string, option: string): string =>
    [`aws deploy ${verb}`, ...options, `--deployment-id ${shellWord(id)}`, option].join(' ');
  const continueDeployment = (wait: string): string =>
    command('continue-deployment', `--deployment-wait-type ${wait}`);
  return [
    ...(status === 'Ready' ? [{ what: 'Shift traffic', command: continueDeployment('READY_WAIT') }] : []),
    ...(instanceTerminationWaitTimeStarted === true
      ? [{ what: 'Stop the old tasks now', command: continueDeployment('TERMINATION_WAIT') }]
      : []),
    { what: 'Stop and roll back', command: command('stop-deployment', '--auto-rollback-enabled') },
  ];
}
