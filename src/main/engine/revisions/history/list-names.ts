import { type ECSClient, ListTaskDefinitionsCommand } from '@aws-sdk/client-ecs';
import type { Scope } from '../../../../shared/model/account.ts';
import type { RevisionNames, RevisionNamesEvent, RevisionStatus } from '../../../../shared/model/revision.ts';
import type { Aws } from '../../aws/aws.ts';
import { placeInFamily } from '../../ecs/revision-arn.ts';
import { type RevisionSource, settleDoubts } from '../cache/cached-revisions.ts';
import type { RevisionCaches } from '../cache/revision-cache.ts';

const NAMES_PER_PAGE = 100;
/** After this, older revisions that were deregistered elsewhere are looked for by listing all again. */
const LISTED_FOR_MS = 12 * 60 * 60 * 1000;

export interface NamesDependencies {
  readonly aws: Pick<Aws, 'ecs'>;
  readonly caches: RevisionCaches;
}

interface NamesRequest {
  readonly scope: Scope;
  readonly family: string;
  readonly statuses: readonly RevisionStatus[];
  /** Lists all again, even where the beginning is as it was. */
  readonly whole: boolean;
}

/**
 * The revisions of a family by status, newest first (ECS ListTaskDefinitions, 100 a page), sent as they arrive. Where
 * a page is as it was at the last time, the rest is taken from then, so that a family that is opened again takes one
 * call for each status.
 */
export async function listNames(
  { aws, caches }: NamesDependencies,
  { scope, family, statuses, whole }: NamesRequest,
  emit: (event: RevisionNamesEvent) => void,
  signal: AbortSignal,
): Promise<RevisionNames> {
  const ecs = aws.ecs(scope, 'visible');
  const source = { ecs, cache: await caches.of(ecs, scope) };
  const listed = await Promise.all(
    [...new Set(statuses)].map((status) => listStatus(source, { family, status, whole }, emit, signal)),
  );
  return { listed };
}

interface StatusRequest {
  readonly family: string;
  readonly status: RevisionStatus;
  readonly whole: boolean;
}

async function listStatus(
  source: RevisionSource,
  { family, status, whole }: StatusRequest,
  emit: (event: RevisionNamesEvent) => void,
  signal: AbortSignal,
): Promise<RevisionNames['listed'][number]> {
  const { names } = source.cache;
  const numbers: number[] = [];
  let prefix = '';
  let nextToken: string | undefined;
  do {
    const page = await listPage(source.ecs, { family, status, nextToken }, signal);
    const [first] = page.arns;
    if (first !== undefined) prefix = placeInFamily(first).family;
    const ofPage = page.arns.map((arn) => placeInFamily(arn).number);
    numbers.push(...ofPage);
    emit({ status, family: prefix, numbers: ofPage });

    if (!whole && ofPage.length > 0) {
      await settleDoubts(source, page.arns, signal);
      const rest = restAfter(names.read(prefix, status), ofPage);
      if (rest !== undefined) {
        numbers.push(...rest.numbers);
        names.write(status, { family: prefix, numbers, listedAt: rest.listedAt });
        return { status, family: prefix, numbers, listedAt: rest.listedAt.toISOString() };
      }
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);

  const listedAt = new Date();
  if (numbers.length > 0) names.write(status, { family: prefix, numbers, listedAt });
  return { status, family: prefix, numbers, listedAt: listedAt.toISOString() };
}

/**
 * What was listed last time after a page, if that page is as it was then. New names before it do not matter; if one is
 * missing in it, the pages continue until one is whole again.
 */
export function restAfter(
  kept: { readonly numbers: readonly number[]; readonly listedAt: Date } | undefined,
  ofPage: readonly number[],
): { readonly numbers: readonly number[]; readonly listedAt: Date } | undefined {
  if (kept === undefined || kept.listedAt.getTime() < Date.now() - LISTED_FOR_MS) return undefined;
  const newestKept = kept.numbers[0] ?? 0;
  const known = ofPage.filter((number) => number <= newestKept);
  const at = kept.numbers.indexOf(known[0] ?? -1);
  if (at === -1 || known.some((number, index) => kept.numbers[at + index] !== number)) return undefined;
  return { numbers: kept.numbers.slice(at + known.length), listedAt: kept.listedAt };
}

export async function listPage(
  ecs: ECSClient,
  { family, status, nextToken }: Omit<StatusRequest, 'whole'> & { readonly nextToken: string | undefined },
  signal: AbortSignal,
): Promise<{ readonly arns: readonly string[]; readonly nextToken: string | undefined }> {
  const command = new ListTaskDefinitionsCommand({
    familyPrefix: family,
    status,
    sort: 'DESC',
    maxResults: NAMES_PER_PAGE,
    ...(nextToken === undefined ? {} : { nextToken }),
  });
  const answer = await ecs.send(command, { abortSignal: signal });
  return { arns: answer.taskDefinitionArns ?? [], nextToken: answer.nextToken };
}
