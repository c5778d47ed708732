import type { CommitsBetween } from '../../../../shared/model/commits.ts';
import { shortCommit } from '../../lib/image-labels.ts';

/** The sentences about the commits between the running and the chosen image, to be read together. */
export const COMMITS_TEXT = {
  title: (container: string) => `Commits of ${container}`,
  loading: 'Reading the commits…',
  list: 'Commits',
  more: (count: number) => `and ${count} more`,
  compareOn: (host: string) => `Compare on ${host}`,
  chooseClone: 'List commits from a local clone',
  otherClone: 'Other clone',
  forgetClone: 'Forget clone',
  cloneFolder: (repository: string) => `Folder of a clone of ${repository}`,
  cloneOf: (folder: string) => `From the clone ${folder}`,
} as const;

/** What the chosen image does to the commits of the running one, in a sentence. */
export function orderSentence(between: CommitsBetween): string {
  const { order, total, missing, running, chosen, isBuiltEarlier } = between;
  switch (order) {
    case 'same':
      return `Both images were built from commit ${shortCommit(chosen?.commit ?? '')}.`;
    case 'forward':
      return `The chosen image adds ${commitsLabel(total)}.`;
    case 'reverse':
      return `The chosen image is older: it lacks ${commitsLabel(total)} of the running image.`;
    case 'diverged':
      return `The chosen image adds ${commitsLabel(total)}, and lacks ${missing} of the running image.`;
    case 'unknown': {
      const commits = labelsSentence(running?.commit, chosen?.commit);
      return isBuiltEarlier
        ? `${commits} The chosen image is older: it was built before the running one.`
        : commits;
    }
  }
}

function labelsSentence(running: string | undefined, chosen: string | undefined): string {
  if (running === undefined && chosen === undefined) return 'No commit is known for either image.';
  if (chosen === undefined) return 'No commit is known for the chosen image.';
  if (running === undefined)
    return `The chosen image was built from commit ${shortCommit(chosen)}; no commit is known for the running one.`;
  return `Running commit ${shortCommit(running)}, chosen commit ${shortCommit(chosen)}.`;
}

function commitsLabel(count: number): string {
  return count === 1 ? '1 commit' : `${count} commits`;
}
