import { markdownLink, markdownText } from '../../../shared/markdown-text.ts';
import type { Check, Plan } from '../../../shared/model/plan.ts';
import { overrideOf } from '../../../shared/model/plan.ts';
import type { Difference } from '../../../shared/model/revision.ts';
import { imageLine, isOtherImage } from './image-text.ts';
import { markdownTable } from './markdown.ts';
import type { Line, Style } from './output.ts';

/** Whether everything that is asked for is so already: the only failed check says so. */
export function isNothing({ checks }: Plan): boolean {
  const failed = checks.filter(({ result }) => result === 'fail');
  return failed.length === 1 && failed[0]?.rule === 'change';
}

/** Whether the plan would change anything of the service. A forced deployment changes nothing and deploys. */
export function hasDifferences({ images, differences, serviceDifferences }: Plan): boolean {
  return images.some(isOtherImage) || differences.length > 0 || serviceDifferences.length > 0;
}

type Marks = Readonly<Record<Check['result'], readonly [string, Style]>>;

const MARKS: Marks = {
  pass: ['passed', 'green'],
  warn: ['warning', 'yellow'],
  fail: ['failed', 'red'],
  unknown: ['unknown', 'yellow'],
};

/** A plan for a person: what changes, and the checks that did not pass. With `isVerbose`, all checks and the calls. */
export function planLines(plan: Plan, isVerbose: boolean): readonly Line[] {
  const checks = isVerbose ? plan.checks : plan.checks.filter(({ result }) => result !== 'pass');
  const passed = plan.checks.filter(({ result }) => result === 'pass').length;
  const marks = marksOf(plan);
  return [
    [{ text: plan.title, style: 'bold' }, `  (${plan.service.cluster}, ${plan.environment})`],
    ...plan.images.map((each) => `  ${imageLine(each)}`),
    ...[...plan.differences, ...plan.serviceDifferences].map((each) => `  ${differenceText(each)}`),
    ...(plan.cost === undefined ? [] : [`  ${costText(plan.cost)}`]),
    ...(isVerbose
      ? []
      : plan.calls.filter(createsRepository).map(({ target }) => `  new repository: ${target}`)),
    ...checks.flatMap((check) => checkLines(check, marks)),
    ...(isVerbose
      ? plan.calls.map(({ operation, target }) => `  call: ${operation} ${target}`)
      : [`  ${passed} of ${plan.checks.length} checks passed`]),
  ];
}

/** What is not a change of the service is shown with it. */
function createsRepository({ operation }: Plan['calls'][number]): boolean {
  return operation === 'CreateRepository';
}

/** A plan that finds everything as it is asked for has not failed: its deploy exits with 0. */
function marksOf(plan: Plan): Marks {
  return isNothing(plan) ? { ...MARKS, fail: ['unchanged', 'green'] } : MARKS;
}

function checkLines(check: Check, marks: Marks): readonly Line[] {
  const [mark, style] = marks[check.result];
  const override = check.overridable === true ? `  (--override ${overrideOf(check)})` : '';
  return [
    ['  ', { text: `${mark}: `, style }, `${check.message}${override}`],
    ...(check.result === 'pass' || check.advice === undefined ? [] : [`    ${check.advice}`]),
  ];
}

/** One difference in a line: `app environment ROUNDING: floor → half-even`. */
export function differenceText({ container, subject, name, before, after }: Difference): string {
  const what = [container, subject, name].filter(Boolean).join(' ');
  if (before === undefined) return `${what}: ${after ?? ''} (new)`;
  return `${what}: ${before} → ${after ?? 'removed'}`;
}

function costText({ before, after, pricesOf }: NonNullable<Plan['cost']>): string {
  const text = (amount: number | undefined): string =>
    amount === undefined ? 'unknown' : `$${amount.toFixed(2)}`;
  return `Fargate cost per month: ${text(before)} → ${text(after)} (list prices of ${pricesOf})`;
}

/** A plan as Markdown, for a comment of a pull request. */
export function planMarkdown(plan: Plan): string {
  const differences = [...plan.differences, ...plan.serviceDifferences];
  const lines = [
    `### ${markdownText(plan.title)}`,
    '',
    `${markdownText(plan.service.cluster)}/${markdownText(plan.service.service)} in ${plan.service.region}, ${markdownText(plan.environment)}. ` +
      `Base: ${markdownText(plan.base.revision)}.`,
    '',
    ...markdownTable(
      ['Change', 'Details'],
      [
        ...plan.images.map((each) => [`Image of ${each.container}`, imageLine(each).replace(/^[^:]+: /, '')]),
        ...differences.map((each) => {
          const [what = '', ...values] = differenceText(each).split(': ');
          return [what, values.join(': ')];
        }),
        ...(plan.cost === undefined ? [] : [['Cost', costText(plan.cost)]]),
      ],
    ),
    ...plan.images.flatMap(({ container, commitsUrl }) =>
      commitsUrl === undefined ? [] : [markdownLink(`Commits of ${container}`, commitsUrl), ''],
    ),
    `${plan.unchanged} other fields are unchanged.`,
    '',
    ...markdownTable(
      ['Check', 'Result', 'Next step'],
      plan.checks
        .filter(({ result }) => result !== 'pass')
        .map((check) => [check.message, marksOf(plan)[check.result][0], check.advice ?? '']),
    ),
    `${plan.checks.filter(({ result }) => result === 'pass').length} of ${plan.checks.length} checks passed.`,
    '',
    ...plan.calls.map(({ operation, target }) => `- \`${operation}\` ${markdownText(target)}`),
  ];
  return `${lines.join('\n').trim()}\n`;
}
