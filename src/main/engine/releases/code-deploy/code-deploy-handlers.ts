import type { CodeDeployOfService } from '../../../../shared/model/code-deploy.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import type { Accounts } from '../../aws/accounts.ts';
import type { Aws } from '../../aws/aws.ts';
import { optionalRead } from '../../catalog/optional-reads.ts';
import type { Handlers } from '../../ports/handlers.ts';
import type { Clock } from '../../ports/ports.ts';
import { globalOptions } from '../plan/cli-commands.ts';
import { type DeploymentGroup, findDeploymentGroup } from '../plan/deployment-group.ts';
import { readTaskSets } from '../watch/task-sets.ts';
import { readNewestDeployment } from './read-deployment.ts';

interface CodeDeployDependencies {
  readonly accounts: Pick<Accounts, 'find'>;
  readonly aws: Aws;
  readonly clock: Clock;
}

/** Groups hardly ever change, and finding one looks at all of them. */
const KEPT_MS = 5 * 60_000;

/** What CodeDeploy does to services. */
export function createCodeDeployHandlers({
  accounts,
  aws,
  clock,
}: CodeDeployDependencies): Pick<Handlers, 'services.codeDeploy'> {
  const kept = new Map<string, { readonly group: DeploymentGroup; readonly at: number }>();

  /** One that was not found is looked for again at the next time: it may just be on its way. */
  async function groupOf(ref: ServiceRef, signal: AbortSignal): Promise<DeploymentGroup | undefined> {
    const key = [ref.account, ref.region, ref.cluster, ref.service].join(' ');
    const known = kept.get(key);
    const now = clock.now().getTime();
    if (known !== undefined && now - known.at < KEPT_MS) return known.group;
    const group = await findDeploymentGroup(aws.codeDeploy(ref, 'visible'), ref, signal);
    if (group !== undefined) kept.set(key, { group, at: now });
    return group;
  }

  return {
    'services.codeDeploy': async (ref, { signal }): Promise<CodeDeployOfService> => {
      const group = await groupOf(ref, signal);
      if (group === undefined) return {};
      const options = globalOptions(ref, accounts.find(ref.account), 'codeDeploy');
      const sets = await optionalRead(readTaskSets({ aws }, ref, signal), []);
      const revisionOfSet = new Map(sets.map(({ id, revision }) => [id, revision]));
      const where = { region: ref.region, options, revisionOfSet };
      const client = aws.codeDeploy(ref, 'visible');
      const deployment = await readNewestDeployment(client, group, where, signal);
      const { application, name, config } = group;
      return {
        group: { application, name, ...(config === undefined ? {} : { config }) },
        ...(deployment === undefined ? {} : { deployment }),
      };
    },
  };
}
