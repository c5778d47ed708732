import type { Job } from '../../../shared/model/job.ts';
import type { JournalEntry } from '../../../shared/model/journal.ts';
import { visibleText } from '../../../shared/visible-text.ts';

/** What a message about the end of a job is made of. */
export interface JobFacts {
  readonly job: Job;
  readonly accountName: string;
  /** The change in the journal, for a release. */
  readonly entry: JournalEntry | undefined;
  /** Of the revision that was deployed, as far as they could be read. */
  readonly images: readonly string[];
}

/** Slack cuts longer texts: https://docs.slack.dev/reference/methods/chat.postMessage#truncating */
const LONGEST_LINE = 1_000;
const MOST_IMAGES = 10;

/** What ended and how, why, where, with what and by whom: a line each, as Slack takes plain text. */
export function jobMessage({ job, accountName, entry, images }: JobFacts): string {
  const { title, outcome, sentence, region, cluster, subject } = job;
  const cause = entry?.evidence?.diagnosis?.sentence ?? sentence;
  const revision = entry?.taskDefinitionArn?.split('/').at(-1);
  const lines = [
    `${outcome === 'succeeded' ? 'Succeeded' : 'Failed'}: ${title}`,
    cause,
    [accountName, region, cluster, subject].filter((part) => part !== undefined && part !== '').join(' / '),
    ...(revision === undefined ? [] : [`Revision ${revision}`]),
    ...images.slice(0, MOST_IMAGES).map((image) => `Image ${image}`),
    ...(entry?.callerIdentity === undefined ? [] : [`By ${entry.callerIdentity}`]),
    ...(entry?.why === undefined || entry.why === '' ? [] : [`Reason: ${entry.why}`]),
  ];
  return lines.map((line) => slackText(line.slice(0, LONGEST_LINE))).join('\n');
}

/**
 * A text in which Slack finds no mention, link or channel, on one line.
 * https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
function slackText(text: string): string {
  return visibleText(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
