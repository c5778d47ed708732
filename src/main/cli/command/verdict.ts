import type { Client } from '../../../shared/client.ts';
import type { Deployment } from '../../../shared/model/deployment.ts';
import type { Verdict } from '../../../shared/model/metrics.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import type { Line } from './output.ts';

/** What a command prints of a verdict. */
export type ShortVerdict = Pick<Verdict, 'judgement' | 'sentence'>;

const JUDGED_FOR_MS = 3_600_000;

/** Whether a deployment is in progress or succeeded within the last hour, so that a verdict on it describes the present. */
export function isJudged({ arn, outcome, finishedAt }: Deployment, now: Date): boolean {
  // There is no verdict on a task set.
  if (!arn.includes(':service-deployment/')) return false;
  if (outcome === 'in-progress') return true;
  return (
    outcome === 'succeeded' &&
    finishedAt !== undefined &&
    now.getTime() - Date.parse(finishedAt) < JUDGED_FOR_MS
  );
}

/** The verdict on a deployment; undefined if it can't be read, because no command depends on it. */
export async function readVerdict(
  client: Client,
  ref: ServiceRef,
  deployment: string,
  signal?: AbortSignal,
): Promise<ShortVerdict | undefined> {
  try {
    const options = signal === undefined ? {} : { signal };
    const { judgement, sentence } = await client.call('services.verdict', { ...ref, deployment }, options);
    return { judgement, sentence };
  } catch {
    return undefined;
  }
}

/** The verdict as one line of output. */
export function verdictLine({ judgement, sentence }: ShortVerdict): Line {
  return [{ text: `Since the last deployment: ${sentence}`, style: judgement === 'worse' ? 'red' : 'dim' }];
}
