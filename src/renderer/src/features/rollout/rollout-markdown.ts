import type { Diagnosis, FailureGroup, Rollout } from '../../../../shared/model/deployment.ts';

/** How a deployment stands or ended, as Markdown for a ticket or a message. */
export function rolloutMarkdown({ deployment, sentence, diagnosis }: Rollout): string {
  const { revision, status, startedAt, finishedAt, who, why, arn } = deployment;
  const facts = [
    `- Status: ${status}`,
    ...(startedAt === undefined ? [] : [`- Started: ${startedAt}${who === undefined ? '' : ` by ${who}`}`]),
    ...(finishedAt === undefined ? [] : [`- Ended: ${finishedAt}`]),
    ...(why === undefined ? [] : [`- Why: ${why}`]),
    `- Deployment: \`${arn}\``,
  ];
  const parts = [`### ${revision ?? 'Deployment'}: ${sentence}`, facts.join('\n')];
  return [...parts, ...(diagnosis === undefined ? [] : evidence(diagnosis))].join('\n\n');
}

function evidence({ stoppedTasks, lastLines, targets, alarms, gaps, help }: Diagnosis): readonly string[] {
  return [
    taskTable(stoppedTasks),
    lastLines === undefined
      ? ''
      : `Last lines of ${lastLines.container}, task ${lastLines.taskId}:\n\n${fenced(lastLines.lines.map(({ text }) => text))}`,
    list(
      'Targets',
      targets.map(({ target, state, reason = '' }) => `${target}: ${state} ${reason}`.trim()),
    ),
    list('Alarms', alarms),
    list('Not seen', gaps),
    `What would help: ${help}`,
  ].filter((part) => part !== '');
}

function taskTable(groups: readonly FailureGroup[]): string {
  if (groups.length === 0) return '';
  const rows = groups.map(
    ({ cause, container = '', exitCode = '', times, lastAt = '' }) =>
      `| ${cell(cause)} | ${container} | ${exitCode} | ${times} | ${lastAt} |`,
  );
  return ['| Cause | Container | Exit | Times | Last |', '| --- | --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}

function list(title: string, items: readonly string[]): string {
  return items.length === 0 ? '' : `${title}:\n${items.map((item) => `- ${item}`).join('\n')}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
}

/** A fence that is longer than any run of backticks in the lines. */
function fenced(lines: readonly string[]): string {
  const longest = Math.max(
    2,
    ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)),
  );
  const fence = '`'.repeat(longest + 1);
  return [fence, ...lines, fence].join('\n');
}
