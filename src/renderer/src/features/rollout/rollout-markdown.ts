import { markdownBlock, markdownCode, markdownText } from '../../../../shared/markdown-text.ts';
import type { Diagnosis, FailureGroup, Rollout } from '../../../../shared/model/deployment.ts';

/** The state or the result of a deployment as Markdown for a ticket or a message. */
export function rolloutMarkdown({ deployment, sentence, diagnosis }: Rollout): string {
  const { revision, status, startedAt, finishedAt, callerIdentity, why, arn } = deployment;
  const facts = [
    `- Status: ${markdownText(status)}`,
    ...(startedAt === undefined
      ? []
      : [
          `- Started: ${startedAt}${callerIdentity === undefined ? '' : ` by ${markdownText(callerIdentity)}`}`,
        ]),
    ...(finishedAt === undefined ? [] : [`- Ended: ${finishedAt}`]),
    ...(why === undefined ? [] : [`- Reason: ${markdownText(why)}`]),
    `- Deployment: ${markdownCode(arn)}`,
  ];
  const parts = [`### ${markdownText(`${revision ?? 'Deployment'}: ${sentence}`)}`, facts.join('\n')];
  return [...parts, ...(diagnosis === undefined ? [] : evidence(diagnosis))].join('\n\n');
}

function evidence({ stoppedTasks, lastLines, targets, alarms, gaps, help }: Diagnosis): readonly string[] {
  return [
    taskTable(stoppedTasks),
    lastLines === undefined
      ? ''
      : `Last lines of ${markdownText(lastLines.container)}, task ${markdownText(lastLines.taskId)}:\n\n${markdownBlock(lastLines.lines.map(({ text }) => text))}`,
    list(
      'Targets',
      targets.map(({ target, state, reason = '' }) => `${target}: ${state} ${reason}`.trim()),
    ),
    list('Alarms', alarms),
    list('Missing information', gaps),
    `Next steps: ${markdownText(help)}`,
  ].filter((part) => part !== '');
}

function taskTable(groups: readonly FailureGroup[]): string {
  if (groups.length === 0) return '';
  const rows = groups.map(
    ({ cause, container = '', exitCode = '', times, lastAt = '' }) =>
      `| ${markdownText(cause)} | ${markdownText(container)} | ${exitCode} | ${times} | ${lastAt} |`,
  );
  return ['| Cause | Container | Exit | Count | Last |', '| --- | --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}

function list(title: string, items: readonly string[]): string {
  return items.length === 0 ? '' : `${title}:\n${items.map((item) => `- ${markdownText(item)}`).join('\n')}`;
}
