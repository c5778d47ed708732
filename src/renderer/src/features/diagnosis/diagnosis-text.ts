import type { Diagnosis, LastLines } from '../../../../shared/model/deployment.ts';

/** The sentences of the diagnosis of a failure, to be read together. */
export const DIAGNOSIS_TEXT = {
  lastLines: ({ container, taskId }: LastLines) => `Last lines of ${container}, task ${taskId.slice(0, 6)}`,
  openLogs: 'Open in CloudWatch Logs',
  nextSteps: 'Next steps',
  moreMemory: 'Deploy with more memory…',
  timeline: 'Timeline',
  entryAt: (sentence: string, at: string | undefined) => (at === undefined ? sentence : `${sentence}, ${at}`),
  stoppedTasks: 'Stopped tasks',
  /** No task stopped: ECS could not start or replace one. */
  reportedByEcs: 'Reported by ECS',
  savedBySlipway: 'Saved by Slipway. ECS deletes stopped tasks after about an hour.',
  targets: 'Load balancer targets',
  target: ({ target, targetGroup, state, reason }: Diagnosis['targets'][number]) =>
    `${target} in ${targetGroup}: ${state}${reason === undefined ? '' : `, ${reason}`}`,
  gaps: 'Missing information',
} as const;
