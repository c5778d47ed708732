import { markdownCode, markdownLink, markdownText } from '../../../shared/markdown-text.ts';
import type { CommitsBetween } from '../../../shared/model/commits.ts';
import type {
  ChangesWanted,
  RunningVersion,
  TimelineChange,
  TimelineEnvironment,
} from '../../../shared/model/timeline.ts';
import { utcText } from '../../../shared/moment-text.ts';
import { trimEndOf } from '../../../shared/trim-end.ts';
import { type CommitDependencies, commitsBetween } from '../commits/commit-handlers.ts';
import { eachOfFew } from '../ecs/batches.ts';
import { changesBetween, isSameVersion } from './changes.ts';
import { imageOf } from './commits-behind.ts';
import type { MatrixDependencies } from './matrix.ts';

export interface NotesDependencies
  extends Pick<MatrixDependencies, 'accounts' | 'environments' | 'changes' | 'store'>,
    CommitDependencies {
  readonly now: () => Date;
}

/** Of each service; the others are counted. */
const MOST_COMMITS = 20;

/** What changed of a service between two moments. */
interface ServiceNotes {
  readonly service: string;
  readonly from: RunningVersion | undefined;
  readonly to: RunningVersion;
  /** The changes that succeeded, oldest first. */
  readonly changes: readonly TimelineChange[];
  readonly commits: CommitsBetween | undefined;
}

/**
 * Release notes between two moments as Markdown. Only what succeeded is in them, from the first version to the last. Texts
 * of others, such as the subjects of commits, are escaped.
 */
export async function releaseNotes(
  dependencies: NotesDependencies,
  wanted: ChangesWanted,
  signal: AbortSignal,
): Promise<string> {
  const { changes, environments, isCut } = changesBetween(dependencies, wanted);
  const sections = await eachOfFew(environments, async (environment) => {
    const own = changes.filter((change) => isIn(change, environment)).toReversed();
    const notes = await notesOf(dependencies, own, signal);
    return notes.length === 0 ? [] : [sectionOf(environment, notes)];
  });
  const until = wanted.until ?? dependencies.now().toISOString();
  const lines = [
    `# Release notes, ${utcText(wanted.since)} to ${utcText(until)}`,
    '',
    ...(isCut ? ['Only the newest 1,000 changes are listed. Choose a shorter period.', ''] : []),
    ...(sections.flat().length === 0 ? ['No service was changed.', ''] : sections.flat(2)),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function isIn(change: TimelineChange, { account, region, cluster }: TimelineEnvironment): boolean {
  return change.account === account && change.region === region && change.cluster === cluster;
}

async function notesOf(
  dependencies: NotesDependencies,
  changes: readonly TimelineChange[],
  signal: AbortSignal,
): Promise<readonly ServiceNotes[]> {
  const succeeded = changes.filter(({ outcome, to }) => outcome === 'succeeded' && to !== undefined);
  const byService = [...Map.groupBy(succeeded, ({ service }) => service)].toSorted(([one], [other]) =>
    one.localeCompare(other),
  );
  const notes = await eachOfFew(
    byService,
    async ([service, ofService]): Promise<ServiceNotes | undefined> => {
      const from = ofService[0]?.from;
      const to = ofService.at(-1)?.to;
      if (to === undefined) return undefined;
      return {
        service,
        from,
        to,
        changes: ofService,
        commits: await commitsOf(dependencies, from, to, signal),
      };
    },
  );
  return notes.filter((each) => each !== undefined);
}

async function commitsOf(
  dependencies: NotesDependencies,
  from: RunningVersion | undefined,
  to: RunningVersion,
  signal: AbortSignal,
): Promise<CommitsBetween | undefined> {
  if (from === undefined || isSameVersion(from, to)) return undefined;
  const images = dependencies.store.images([from.digest, to.digest].filter((digest) => digest !== undefined));
  const [before, after] = [images.get(from.digest ?? ''), images.get(to.digest ?? '')];
  if (before === undefined || after === undefined) return undefined;
  return commitsBetween(
    dependencies,
    { running: imageOf(before), chosen: imageOf(after), reference: after.repository },
    signal,
  );
}

function sectionOf(
  { cluster, accountName, region }: TimelineEnvironment,
  notes: readonly ServiceNotes[],
): readonly string[] {
  return [
    `## ${markdownText(cluster)} (${markdownText(accountName)}, ${markdownText(region)})`,
    '',
    ...notes.flatMap(linesOf),
  ];
}

function linesOf({ service, from, to, changes, commits }: ServiceNotes): readonly string[] {
  return [
    `### ${markdownText(service)}`,
    '',
    `${from === undefined ? '' : `${versionText(from)} → `}${versionText(to)}`,
    '',
    ...bulletsOf(changes.flatMap(reasonOf)),
    ...(commits === undefined ? [] : commitLines(commits)),
  ];
}

function versionText({ version, revision }: RunningVersion): string {
  return version === undefined
    ? markdownCode(revision)
    : `${markdownCode(version)} (${markdownText(revision)})`;
}

function reasonOf({ why, link, callerIdentity, endedAt, startedAt }: TimelineChange): readonly string[] {
  if (why === undefined && link === undefined) return [];
  const ticket = link === undefined ? '' : markdownLink(lastPart(link), link);
  const words = [why === undefined ? '' : markdownText(why), ticket].filter((each) => each !== '').join(', ');
  const person = callerIdentity === undefined ? '' : `, ${markdownText(lastPart(callerIdentity))}`;
  return [`${words} (${utcText(endedAt ?? startedAt)}${person})`];
}

function commitLines(commits: CommitsBetween): readonly string[] {
  const { order, total, missing, commitsUrl, running, chosen } = commits;
  const compared = commitsUrl === undefined ? [] : [markdownLink('Compare the commits', commitsUrl), ''];
  if (order === 'same') return ['Built again from the same commit.', ''];
  if (order === 'unknown') {
    const [one, other] = [running?.commit, chosen?.commit];
    if (one === undefined || other === undefined) return [];
    return [
      `Commits ${markdownCode(one.slice(0, 12))} to ${markdownCode(other.slice(0, 12))}.`,
      '',
      ...compared,
    ];
  }
  const direction =
    order === 'reverse'
      ? `${countText(total)} no longer included:`
      : order === 'diverged'
        ? `${countText(total)}; ${countText(missing)} no longer included:`
        : `${countText(total)}:`;
  const listed = commits.commits.slice(0, MOST_COMMITS);
  const more = total - listed.length;
  return [
    direction,
    '',
    ...bulletsOf([
      ...listed.map(
        ({ commit, subject, author }) =>
          `${markdownText(subject)} (${markdownCode(commit.slice(0, 12))}, ${markdownText(author)})`,
      ),
      ...(more > 0 ? [`and ${more} more`] : []),
    ]),
    ...compared,
  ];
}

function bulletsOf(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [...lines.map((line) => `- ${line}`), ''];
}

function countText(count: number): string {
  return count === 1 ? '1 commit' : `${count} commits`;
}

function lastPart(text: string): string {
  const trimmed = trimEndOf(text, '/#');
  return trimmed.slice(trimmed.lastIndexOf('/') + 1) || text;
}
