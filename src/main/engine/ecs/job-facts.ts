import type { Job } from '../../../shared/model/job.ts';
import type { Accounts } from '../aws/accounts.ts';
import type { Aws } from '../aws/aws.ts';
import type { NamedPlace } from '../environments/environments.ts';
import type { Journal } from '../journal/journal.ts';
import type { JobFacts } from '../settings/job-message.ts';
import { describeRevision } from './describe-revision.ts';

interface JobFactsDependencies {
  readonly accounts: Accounts;
  readonly aws: Aws;
  readonly journal: Pick<Journal, 'entries'>;
}

/**
 * What a message about an ended job says: its change in the journal, and the images of the revision that it deployed
 * (ECS DescribeTaskDefinition). Images that cannot be read are left out. Throws NOT_FOUND for an account that is gone.
 */
export async function jobFacts(
  { accounts, aws, journal }: JobFactsDependencies,
  job: Job,
  signal: AbortSignal,
): Promise<JobFacts> {
  const { account, region } = job;
  const { name } = accounts.find(account).account;
  const entry = entryOf(journal, job);
  const revision = entry?.taskDefinitionArn;
  return {
    job,
    accountName: name,
    entry,
    images: revision === undefined ? [] : await imagesOf(aws, { account, region }, revision, signal),
  };
}

function entryOf({ entries }: JobFactsDependencies['journal'], { id, kind }: Job) {
  if (kind === 'fleet' || kind === 'cleanup') return undefined;
  return kind === 'run' ? entries.find(id) : entries.ofPlan(id);
}

/** What the rules of environments look at for a job. The subject of a release is its service. */
export function placeOfJob(accounts: Accounts, { account, cluster, kind, subject }: Job): NamedPlace {
  const isRelease = cluster !== undefined && kind !== 'fleet' && kind !== 'cleanup';
  return { account: accounts.find(account).account, cluster, service: isRelease ? subject : undefined };
}

async function imagesOf(
  aws: Aws,
  scope: Pick<Job, 'account' | 'region'>,
  revision: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    const { taskDefinition } = await describeRevision(aws.ecs(scope, 'background'), revision, signal);
    return taskDefinition.containerDefinitions?.flatMap(({ image }) => image ?? []) ?? [];
  } catch {
    // The message is worth sending without them.
    return [];
  }
}
