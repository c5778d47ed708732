import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { paginateDescribeParameters } from '@aws-sdk/client-ssm';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { awsErrorName } from '../../aws/errors.ts';
import type { Reading } from '../../ecs/check.ts';
import { reading } from '../../ecs/read-result.ts';
import type { ReleaseDependencies } from '../model/release-dependencies.ts';
import type { FoundSecret, SecretReference, SecretState } from './secret-checks.ts';

/** So many names go into one filter. */
const NAMES_AT_ONCE = 50;

/** Whether secrets and parameters are there. They are described; their values are never asked for. */
export async function findSecrets(
  dependencies: ReleaseDependencies,
  { account }: ServiceRef,
  references: readonly SecretReference[],
  signal: AbortSignal,
): Promise<readonly FoundSecret[]> {
  const secrets = references.filter(({ kind }) => kind === 'secret');
  const parameters = references.filter(({ kind }) => kind === 'parameter');
  const found = await Promise.all([
    ...secrets.map((secret) => findSecret(dependencies, account, secret, signal)),
    ...batchesByRegion(parameters).map((batch) => findParameters(dependencies, account, batch, signal)),
  ]);
  return found.flat();
}

async function findSecret(
  { aws }: ReleaseDependencies,
  account: string,
  reference: SecretReference,
  signal: AbortSignal,
): Promise<readonly FoundSecret[]> {
  const client = aws.secrets({ account, region: reference.region }, 'clicked');
  const command = new DescribeSecretCommand({ SecretId: reference.id });
  const state = await reading(async (): Promise<SecretState> => {
    try {
      const { DeletedDate } = await client.send(command, { abortSignal: signal });
      return DeletedDate === undefined ? 'there' : 'to be deleted';
    } catch (error) {
      if (awsErrorName(error) === 'ResourceNotFoundException') return 'missing';
      throw error;
    }
  });
  return [{ reference, state }];
}

async function findParameters(
  { aws }: ReleaseDependencies,
  account: string,
  references: readonly SecretReference[],
  signal: AbortSignal,
): Promise<readonly FoundSecret[]> {
  const [first] = references;
  if (first === undefined) return [];
  const client = aws.parameters({ account, region: first.region }, 'clicked');
  const names: Reading<ReadonlySet<string>> = await reading(async () => {
    const there = new Set<string>();
    const wanted = references.flatMap(namesOf);
    const request = { ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: wanted }], MaxResults: 50 };
    // A page may be empty and still not be the last.
    for await (const page of paginateDescribeParameters({ client }, request, { abortSignal: signal }))
      for (const { Name = '' } of page.Parameters ?? []) there.add(Name);
    return there;
  });
  return references.map((reference) => ({
    reference,
    state:
      names.state === 'unreadable'
        ? names
        : {
            state: 'read',
            value: namesOf(reference).some((name) => names.value.has(name)) ? 'there' : 'missing',
          },
  }));
}

/** The ARNs of `db` and of `/db` are the same. */
function namesOf({ id }: SecretReference): readonly string[] {
  return id.includes('/') ? [id] : [id, `/${id}`];
}

function batchesByRegion(references: readonly SecretReference[]): readonly (readonly SecretReference[])[] {
  const most = NAMES_AT_ONCE / 2;
  return [...Map.groupBy(references, ({ region }) => region).values()].flatMap((inRegion) =>
    Array.from({ length: Math.ceil(inRegion.length / most) }, (_, batch) =>
      inRegion.slice(batch * most, (batch + 1) * most),
    ),
  );
}
