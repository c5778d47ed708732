import type { Interceptor } from '../aws-api/interceptor.ts';
import type { Answer } from '../aws-api/protocol.ts';

interface Snapshot {
  readonly answer: Answer;
  readonly takenAt: number;
}

/** Beyond this, snapshots that are too old to be used are dropped. */
const SNAPSHOTS_KEPT = 1000;

/**
 * Makes lists eventually consistent: a List call answers what it answered before, until that is `seconds` old on the
 * sandbox's clock. Describe calls are always up to date.
 */
export function createLaggingLists(seconds: number, now: () => Date): Interceptor {
  const snapshots = new Map<string, Snapshot>();
  const isFresh = ({ takenAt }: Snapshot, at: number) => at - takenAt < seconds * 1000;

  return async ({ service, operation, region, body }, next) => {
    if (!operation.startsWith('List')) return next();
    const key = `${region} ${service}.${operation} ${body.toString('utf8')}`;
    const at = now().getTime();
    const known = snapshots.get(key);
    if (known !== undefined && isFresh(known, at)) return known.answer;

    const answer = await next();
    if (snapshots.size >= SNAPSHOTS_KEPT) {
      for (const [each, snapshot] of snapshots) if (!isFresh(snapshot, at)) snapshots.delete(each);
    }
    snapshots.set(key, { answer, takenAt: at });
    return answer;
  };
}
