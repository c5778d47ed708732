import type { Diagnosis, Rollout } from '../../../shared/model/deployment.ts';
import type { Line } from './output.ts';

/** The end of a deployment for a person: the sentence, and where it failed the cause, what to do and the last log lines. */
export function rolloutLines({ deployment, sentence, diagnosis }: Rollout): readonly Line[] {
  const style = deployment.outcome === 'succeeded' ? 'green' : 'red';
  return [
    [{ text: sentence, style }],
    ...(diagnosis === undefined ? [] : diagnosisLines(diagnosis, sentence)),
  ];
}

function diagnosisLines(
  { sentence, help, stoppedTasks, lastLines, targets, alarms, gaps }: Diagnosis,
  said: string,
): readonly Line[] {
  return [
    ...(sentence === said ? [] : [sentence]),
    help,
    ...stoppedTasks.map(({ cause, times }) => `  ${times === 1 ? 'task' : `${times} tasks`}: ${cause}`),
    ...targets.map(
      ({ target, targetGroup, state, reason }) => `  target ${target} of ${targetGroup}: ${reason ?? state}`,
    ),
    ...alarms.map((alarm) => `  alarm: ${alarm}`),
    ...(lastLines === undefined
      ? []
      : [
          `  Last log lines of ${lastLines.container} (${lastLines.logGroup}, ${lastLines.logStream}):`,
          ...lastLines.lines.map(({ text }) => `    ${text}`),
        ]),
    ...gaps,
  ];
}
