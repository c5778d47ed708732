import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import { type ProjectEnvironment, ProjectEnvironmentName } from '../../../shared/model/project.ts';
import { environmentOfCluster, isServiceOf, readCopilot } from '../../engine/environments/copilot.ts';
import type { CommandScope } from '../command/scope.ts';
import { readRunningEnvironment } from './running-environment.ts';

interface InitRequest {
  readonly scope: CommandScope;
  /** Of the environment; undefined for that of the cluster. */
  readonly name: string | undefined;
  /** The folder of a Copilot application; undefined where a cluster is read. */
  readonly copilotFolder: string | undefined;
}

interface EnvironmentsToWrite {
  readonly environments: Readonly<Record<string, ProjectEnvironment>>;
  /** What was left out, and why. */
  readonly notes: readonly string[];
}

/** Reads what `slipway init` writes. Throws INVALID_INPUT where a cluster or a name is missing, NOT_FOUND for nothing that runs. */
export async function environmentsToWrite(
  client: Client,
  { scope, name, copilotFolder }: InitRequest,
): Promise<EnvironmentsToWrite> {
  if (copilotFolder !== undefined) return ofCopilot(client, scope, copilotFolder);
  const { cluster } = scope;
  if (cluster === undefined) {
    const clusters = await client.call('clusters.list', { account: scope.account, region: scope.region });
    const names = clusters.map((each) => each.name).join(', ');
    throw new SlipwayError('INVALID_INPUT', `Name a cluster with -c. There are: ${names || 'none'}.`);
  }
  const parsed = ProjectEnvironmentName.safeParse(name ?? cluster);
  if (!parsed.success) {
    throw new SlipwayError(
      'INVALID_INPUT',
      `${name ?? cluster} ${parsed.error.issues[0]?.message}. Choose one with --name.`,
    );
  }
  const environment = await readRunningEnvironment(client, { ...scope, cluster }, () => true);
  return { environments: { [parsed.data]: environment }, notes: [] };
}

/** Copilot's manifests have no names of AWS, so its clusters and services are found by how CloudFormation names them. */
async function ofCopilot(client: Client, scope: CommandScope, folder: string): Promise<EnvironmentsToWrite> {
  const { name: application, services, others, environments: declared } = readCopilot(folder);
  const { account, region } = scope;
  const notes = others.map(
    ({ name, type }) => `${name} is left out: a ${type} is not a service that Slipway deploys.`,
  );
  const environments: Record<string, ProjectEnvironment> = {};
  for (const { name: cluster } of await client.call('clusters.list', { account, region })) {
    const environment = environmentOfCluster(application, cluster);
    if (environment === undefined) continue;
    const place = { application, environment };
    const isWanted = (service: string): boolean => services.some((each) => isServiceOf(place, each, service));
    const found = await readRunningEnvironment(client, { account, region, cluster }, isWanted);
    environments[environment] = found;
    const missing = services.filter(
      (each) => !Object.keys(found.services).some((service) => isServiceOf(place, each, service)),
    );
    notes.push(...missing.map((each) => `${each} does not run in ${environment}, so it is left out there.`));
  }
  const elsewhere = declared.filter((each) => !Object.hasOwn(environments, each));
  notes.push(
    ...elsewhere.map(
      (each) => `${each} has no cluster in ${account}, ${region}. Run this for its account and region too.`,
    ),
  );
  if (Object.keys(environments).length === 0) {
    throw new SlipwayError(
      'NOT_FOUND',
      `No cluster of the Copilot application ${application} is in ${account}, ${region}. Choose another account with -p or region with -r.`,
    );
  }
  return { environments, notes };
}
