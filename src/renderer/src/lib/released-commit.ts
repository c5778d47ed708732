import type { Plan } from '../../../shared/model/plan.ts';

/** What the contract takes as the id of a commit. */
export const COMMIT = /^[0-9a-f]{7,64}(?:-dirty)?$/;

/** The git commit that a plan releases, if the labels of its new images name one and the same. */
export function releasedCommit({ images }: Plan): string | undefined {
  const commits = images
    .filter(({ change }) => change !== 'unchanged' && change !== 'same-tag')
    .flatMap(({ after }) => after?.facts?.commit ?? []);
  const [commit, ...others] = new Set(commits);
  return commit !== undefined && others.length === 0 && COMMIT.test(commit) ? commit : undefined;
}
