import type { Scope } from '../../../../shared/model/account.ts';
import type { FamilyFacts } from '../../../../shared/model/revision.ts';
import { eachOfFew } from '../../ecs/batches.ts';
import { placeInFamily } from '../../ecs/revision-arn.ts';
import { describeCached, type RevisionSource } from '../cache/cached-revisions.ts';
import { listPage, type NamesDependencies, restAfter } from './list-names.ts';

/**
 * How many ACTIVE revisions families have, and when the newest one was registered. One ListTaskDefinitions for each
 * family, and one DescribeTaskDefinition where its newest revision was not read before. Sends each family twice: once
 * it is listed, and with the time.
 */
export async function readFamilyFacts(
  { aws, caches }: NamesDependencies,
  { scope, families }: { readonly scope: Scope; readonly families: readonly string[] },
  emit: (facts: FamilyFacts) => void,
  signal: AbortSignal,
): Promise<FamilyFacts[]> {
  const ecs = aws.ecs(scope, 'visible');
  const source = { ecs, cache: await caches.of(ecs, scope) };
  return await eachOfFew([...new Set(families)], async (family) => {
    const { newest, ...listed } = await listNewest(source, family, signal);
    if (newest === undefined) {
      emit(listed);
      return listed;
    }
    const name = `${family}:${placeInFamily(newest).number}`;
    emit({ ...listed, newest: { name } });
    const [described] = await describeCached(source, [newest], signal);
    const registeredAt = described?.taskDefinition.registeredAt?.toISOString();
    const whole = { ...listed, newest: { name, ...(registeredAt === undefined ? {} : { registeredAt }) } };
    emit(whole);
    return whole;
  });
}

interface ListedFamily extends Omit<FamilyFacts, 'newest'> {
  /** The ARN of the newest revision. */
  readonly newest: string | undefined;
}

/** The newest 100, and how many there are where the rest is known from an earlier list. */
async function listNewest(
  { ecs, cache }: RevisionSource,
  family: string,
  signal: AbortSignal,
): Promise<ListedFamily> {
  const { arns, nextToken } = await listPage(ecs, { family, status: 'ACTIVE', nextToken: undefined }, signal);
  const [newest] = arns;
  const numbers = arns.map((arn) => placeInFamily(arn).number);
  if (newest === undefined || nextToken === undefined) {
    return { family, revisions: numbers.length, hasMore: false, newest };
  }
  const rest = restAfter(cache.names.read(placeInFamily(newest).family, 'ACTIVE'), numbers);
  return {
    family,
    revisions: numbers.length + (rest?.numbers.length ?? 0),
    hasMore: rest === undefined,
    newest,
  };
}
