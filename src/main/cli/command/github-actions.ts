import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { markdownBlock, markdownText } from '../../../shared/markdown-text.ts';
import type { Rollout } from '../../../shared/model/deployment.ts';
import type { Plan, Release } from '../../../shared/model/plan.ts';
import { fileProblem } from '../../process/start-failure.ts';
import type { Io } from './io.ts';
import { markdownTable } from './markdown.ts';

/** How a release ended. */
interface ReleaseReport {
  readonly plan: Plan;
  readonly code: number;
  readonly result: string;
  readonly sentence: string;
  readonly release?: Release | undefined;
  readonly rollout?: Rollout | undefined;
  /** The last lines of a task that failed; those of the deployment are in `rollout`. */
  readonly lines?: readonly string[] | undefined;
}

type RunnerIo = Pick<Io, 'environment' | 'stderr'>;

/**
 * Inside of GitHub Actions: the outputs of the step, its summary, and an annotation where the release did not succeed.
 * Does nothing elsewhere. A file that cannot be written is reported on standard error, because the release has happened.
 *
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
export function reportToRunner(io: RunnerIo, report: ReleaseReport): void {
  if (!isInRunner(io)) return;
  const { plan, result, sentence, release, rollout, code } = report;
  const image = plan.images.find(({ change, after }) => change !== 'unchanged' && after !== undefined)?.after;
  const outputs = {
    outcome: result,
    cause: rollout?.diagnosis?.sentence ?? (code === 0 ? '' : sentence),
    'deployment-arn': rollout?.deployment.arn ?? release?.deploymentArn,
    'task-definition-arn': release?.taskDefinitionArn,
    image: image?.image,
    digest: image?.digest ?? image?.facts?.digest,
    'release-id': release?.id,
  };
  const problems = code === 0 ? [] : [{ title: plan.title, sentence }];
  writeStep(io, { outputs, summary: summaryOf(report), problems });
}

/** What a step of a workflow shows. */
export interface StepReport {
  readonly outputs: Readonly<Record<string, string | undefined>>;
  /** Markdown; what it quotes of others must be escaped. */
  readonly summary: string;
  /** Each becomes an annotation. */
  readonly problems: readonly { readonly title: string; readonly sentence: string }[];
}

/** The same for a command that reports in its own way. Does nothing outside of GitHub Actions. */
export function reportStep(io: RunnerIo, report: () => StepReport): void {
  if (isInRunner(io)) writeStep(io, report());
}

function writeStep(io: RunnerIo, { outputs, summary, problems }: StepReport): void {
  append(io, 'GITHUB_OUTPUT', Object.entries(outputs).map(outputText).join(''));
  append(io, 'GITHUB_STEP_SUMMARY', summary);
  for (const { title, sentence } of problems) annotate(io, title, sentence);
}

/** The annotation and the outputs of a command that ended with an error. Elsewhere nothing. */
export function reportFailureToRunner(io: RunnerIo, message: string): void {
  if (!isInRunner(io)) return;
  append(io, 'GITHUB_OUTPUT', outputText(['outcome', 'refused']) + outputText(['cause', message]));
  append(io, 'GITHUB_STEP_SUMMARY', `${markdownText(message)}\n\n`);
  annotate(io, 'Slipway', message);
}

function isInRunner({ environment }: RunnerIo): boolean {
  return environment.GITHUB_ACTIONS === 'true';
}

/** No value can end it early, because nobody knows the delimiter before. */
function outputText([name, value]: readonly [string, string | undefined]): string {
  if (value === undefined) return '';
  const delimiter = `slipway_${randomUUID()}`;
  return `${name}<<${delimiter}\n${value}\n${delimiter}\n`;
}

function append(
  { environment, stderr }: RunnerIo,
  variable: 'GITHUB_OUTPUT' | 'GITHUB_STEP_SUMMARY',
  text: string,
): void {
  const file = environment[variable];
  if (!file) return;
  try {
    appendFileSync(file, text);
  } catch (error) {
    stderr.write(`The file of ${variable} can't be written: ${problemOf(error)}. The result is not in it.\n`);
  }
}

/** A container that was given the variable, but not the folder of the runner. */
function problemOf(error: unknown): string {
  const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  return isMissing ? "its folder doesn't exist" : fileProblem(error);
}

function annotate({ stderr }: RunnerIo, title: string, message: string): void {
  const value = (text: string): string =>
    text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const property = value(title).replaceAll(':', '%3A').replaceAll(',', '%2C');
  stderr.write(`::error title=${property}::${value(message)}\n`);
}

function summaryOf({ plan, code, sentence, rollout, lines: ofTask = [] }: ReleaseReport): string {
  const { cluster, service, region } = plan.service;
  const images = plan.images
    .filter(({ change }) => change !== 'unchanged')
    .map(({ container, before, after }) => [container, before?.image ?? '', after?.image ?? '']);
  const diagnosis = rollout?.diagnosis;
  const lines = diagnosis?.lastLines?.lines.map(({ text }) => text) ?? ofTask;
  return [
    `### ${code === 0 ? '✅' : '❌'} ${markdownText(plan.title)}`,
    '',
    `${markdownText(sentence)} (${markdownText(`${cluster}/${service}, ${region}`)})`,
    '',
    ...markdownTable(['Container', 'Before', 'After'], images),
    ...(diagnosis === undefined ? [] : [`**Next steps**: ${markdownText(diagnosis.help)}`, '']),
    ...lastLinesMarkdown(lines),
    '',
  ].join('\n');
}

/** The last lines of a container, for a summary. */
export function lastLinesMarkdown(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['Last log lines:', '', markdownBlock(lines), ''];
}
