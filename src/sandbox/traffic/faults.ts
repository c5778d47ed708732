import { setTimeout as delay } from 'node:timers/promises';
import { ConnectionReset, type Interceptor } from '../aws-api/interceptor.ts';
import type { Answer } from '../aws-api/protocol.ts';
import { awsError } from '../aws-api/service.ts';
import type { Faults } from './fault-options.ts';

const DEFAULT_SEED = 1;

/** The interceptors that make the wished faults happen. Which calls they hit follows from the seed and their order. */
export function createFaults(faults: Faults, now: () => Date): readonly Interceptor[] {
  const random = createRandom(faults.seed ?? DEFAULT_SEED);
  const accidents: Interceptor = async ({ service, operation }, next) => {
    if (faults.of !== undefined && faults.of !== service) return next();
    // Every number is drawn for every call, so that one share does not move the faults of another.
    const [late, reset, error, throttle] = [random(), random(), random(), random()];
    if (faults.late !== undefined && late < faults.late.share) await delay(faults.late.milliseconds);
    if (reset < (faults.reset ?? 0)) throw new ConnectionReset();
    if (error < (faults.error ?? 0)) throw serverError();
    if (throttle < (faults.throttle ?? 0)) throw throttled(service, operation);
    return next();
  };
  return faults.lag === undefined ? [accidents] : [accidents, createLaggingLists(faults.lag, now)];
}

/**
 * DynamoDB: "ProvisionedThroughputExceededException … You exceeded your maximum allowed provisioned throughput for a table or
 * for one or more global secondary indexes", and ThrottlingException for requests of the control plane.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
function throttled(service: string, operation: string) {
  if (service === 'DynamoDB' && /Item|^Query$|^Scan$/.test(operation)) {
    return awsError(
      'ProvisionedThroughputExceededException',
      'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.',
    );
  }
  return awsError('ThrottlingException', 'Rate exceeded');
}

function serverError() {
  return awsError('ServerException', 'Service Unavailable. Please try again later.', { status: 500 });
}

/** Numbers from 0 to 1 that look random and follow from the seed (the generator mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

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
function createLaggingLists(seconds: number, now: () => Date): Interceptor {
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
