import {
  type InputLogEvent,
  InvalidParameterException$,
  type RejectedLogEventsInfo,
} from '@aws-sdk/client-cloudwatch-logs';
import { type AwsError, awsError } from '../../aws-api/service.ts';

const HOUR_MS = 60 * 60 * 1000;
const LONGEST_BATCH_MS = 24 * HOUR_MS;
const NEWEST_MS = 2 * HOUR_MS;
const OLDEST_MS = 14 * 24 * HOUR_MS;

const LARGEST_BATCH_BYTES = 1_048_576;
/** What each event counts beside its message. */
const EVENT_BYTES = 26;

export interface AcceptedEvents {
  readonly accepted: readonly InputLogEvent[];
  readonly rejected: RejectedLogEventsInfo | undefined;
}

/**
 * The events of a batch that CloudWatch Logs takes, and which it does not: those older than 14 days, and those more
 * than 2 hours in the future.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
 *
 * @throws AwsError `InvalidParameterException` for a batch that is out of order, spans over a day or is too large.
 */
export function acceptedEvents(events: readonly InputLogEvent[], now: Date): AcceptedEvents {
  const times = events.map(({ timestamp = 0 }) => timestamp);
  checkBatch(events, times);
  const firstNew = times.findIndex((time) => time > now.getTime() + NEWEST_MS);
  const end = firstNew === -1 ? events.length : firstNew;
  const start = times.filter((time) => time < now.getTime() - OLDEST_MS).length;
  const rejected = {
    ...(start > 0 && { tooOldLogEventEndIndex: start }),
    ...(end < events.length && { tooNewLogEventStartIndex: end }),
  };
  const isWhole = start === 0 && end === events.length;
  return { accepted: events.slice(start, end), rejected: isWhole ? undefined : rejected };
}

function checkBatch(events: readonly InputLogEvent[], times: readonly number[]): void {
  if (times.some((time, at) => at > 0 && time < (times[at - 1] ?? 0))) {
    throw invalid('Log events in a single PutLogEvents request must be in chronological order.');
  }
  if ((times.at(-1) ?? 0) - (times[0] ?? 0) > LONGEST_BATCH_MS) {
    throw invalid('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');
  }
  const bytes = events.reduce((sum, { message = '' }) => sum + Buffer.byteLength(message) + EVENT_BYTES, 0);
  if (bytes > LARGEST_BATCH_BYTES) {
    throw invalid(`Upload too large: ${bytes} bytes exceeds limit of ${LARGEST_BATCH_BYTES}`);
  }
}

function invalid(message: string): AwsError {
  return awsError(InvalidParameterException$, message);
}
