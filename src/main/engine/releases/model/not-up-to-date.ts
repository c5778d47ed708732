import type { SlipwayError } from '../../../../shared/errors.ts';
import type { Rollout } from '../../../../shared/model/deployment.ts';

/** What a rollout says of the poll that failed, while the last state stays on the screen. */
export function notUpToDate({ message, detail }: SlipwayError): NonNullable<Rollout['notUpToDate']> {
  return { reason: message, isUnreachable: detail.unreachable !== undefined };
}
