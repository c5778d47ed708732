import { useState } from 'react';
import type { CleanupProgress } from '../../../../shared/model/cleanup.ts';

/** What was said last of each part that a preview reads, some of them side by side. */
export function usePreviewProgress() {
  const [parts, setParts] = useState<readonly CleanupProgress[]>([]);
  return {
    label: progressLabel(parts),
    take: (progress: CleanupProgress): void =>
      setParts((before) => [...before.filter(({ part }) => part !== progress.part), progress]),
  };
}

/** `326 of 2,000 services, 850 of 5,000 revisions read`, in the order of their names; nothing of what is complete. */
function progressLabel(parts: readonly CleanupProgress[]): string {
  const inProgress = parts
    .filter(({ done, total }) => done < total)
    .toSorted((one, other) => one.part.localeCompare(other.part))
    .map(({ part, done, total }) => `${formatCount(done)} of ${formatCount(total)} ${part}`);
  return inProgress.length === 0 ? '' : `${inProgress.join(', ')} loaded`;
}

function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}
