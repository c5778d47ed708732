import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import { imageReferenceProblem } from '../../../shared/image-reference-problem.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { FleetCandidate, FleetMember, FleetPlan, WavePause } from '../../../shared/model/fleet.ts';
import {
  formatImageReference,
  type ImageReference,
  parseImageReference,
} from '../../../shared/model/image-reference.ts';
import { isNothing } from '../command/plan-report.ts';
import { inWaves } from './waves.ts';

/** What a bulk release should do. */
export interface BulkRequest {
  readonly scope: Scope;
  /** Without a registry, the repository of this name in the registry that the services use. */
  readonly image: string;
  /** Only services of this cluster. */
  readonly cluster: string | undefined;
  /** Only these, each as SERVICE or CLUSTER/SERVICE; all that use the repository where it is empty. */
  readonly services: readonly string[];
  /** As `--waves` writes it. */
  readonly waves: string;
  readonly stopAfter: number;
  readonly rollBackOnStop: boolean;
  readonly pause: WavePause;
}

/** A plan, and the services as cluster/service that run the image already. */
export interface BulkPlan {
  /** Undefined where all services run the image already. */
  readonly plan: FleetPlan | undefined;
  readonly unchanged: readonly string[];
}

/**
 * Plans an image for the services that use its repository. Services that run it already are left out. Only reads from
 * AWS. Throws INVALID_INPUT where no service uses the repository, and for an image without a registry that is used
 * from several.
 */
export async function planBulk(client: Client, request: BulkRequest): Promise<BulkPlan> {
  const reference = parseImageReference(request.image);
  if (reference === undefined) {
    throw refused(
      `${request.image} is not an image: ${imageReferenceProblem(request.image)}. Give one such as repository:tag.`,
    );
  }
  const repository = repositoryText(reference);
  const candidates = await client.call('fleet.candidates', { ...request.scope, repository });
  const chosen = chooseServices(candidates, request, repository);
  const image = formatImageReference({ ...reference, ...registryOf(chosen, reference) });
  const members = chosen.map(({ cluster, service, containers }) => ({
    cluster,
    service,
    containers: containers.map(({ name }) => name),
  }));
  const plan = await planMembers(client, request, members, image);
  const unchanged = new Set(
    plan.waves
      .flat()
      .filter((member) => member.plan !== undefined && isNothing(member.plan))
      .map(placeOf),
  );
  if (unchanged.size === 0) return { plan, unchanged: [] };
  const changed = members.filter((member) => !unchanged.has(placeOf(member)));
  return {
    plan: changed.length === 0 ? undefined : await planMembers(client, request, changed, image),
    unchanged: [...unchanged],
  };
}

function planMembers(
  client: Client,
  { scope, waves, stopAfter, rollBackOnStop, pause }: BulkRequest,
  services: readonly FleetMember[],
  image: string,
): Promise<FleetPlan> {
  return client.call('fleet.plan', {
    ...scope,
    image,
    services: services.map((member) => ({ ...member, containers: [...member.containers] })),
    waves: { lists: inWaves(waves, services.map(placeOf)).map((wave) => [...wave]) },
    stopAfter: { failures: stopAfter },
    rollBackOnStop,
    pause,
  });
}

/** A service as the waves name it. */
export function placeOf({ cluster, service }: Pick<FleetMember, 'cluster' | 'service'>): string {
  return `${cluster}/${service}`;
}

function chooseServices(
  candidates: readonly FleetCandidate[],
  { cluster, services }: BulkRequest,
  repository: string,
): readonly FleetCandidate[] {
  const there = candidates.filter((each) => cluster === undefined || each.cluster === lastPart(cluster));
  if (there.length === 0) {
    const where = cluster === undefined ? '' : ` of the cluster ${cluster}`;
    throw refused(`No service${where} uses an image of ${repository}. Name another image with -i.`);
  }
  const isNamed = (each: FleetCandidate, name: string): boolean =>
    name === each.service || name === placeOf(each);
  const missing = services.find((name) => !there.some((each) => isNamed(each, name)));
  if (missing !== undefined) {
    throw refused(
      `The service ${missing} doesn't use an image of ${repository}. Those that do: ${there.map(placeOf).join(', ')}.`,
    );
  }
  if (services.length === 0) return there;
  return there.filter((each) => services.some((name) => isNamed(each, name)));
}

/** The registry of an image that names none: that of the services. */
function registryOf(
  candidates: readonly FleetCandidate[],
  reference: ImageReference,
): Pick<ImageReference, 'registry'> {
  if (reference.registry !== undefined) return {};
  const images = candidates.flatMap(({ containers }) => containers.map(({ image }) => image));
  const registries = new Set(images.map((image) => parseImageReference(image)?.registry));
  const [registry] = registries;
  if (registries.size === 1) return registry === undefined ? {} : { registry };
  const uris = [...registries].map((each) => repositoryText({ ...reference, registry: each }));
  throw refused(
    `The services use ${reference.repository} of several registries: ${uris.join(', ')}. Name one with -i.`,
  );
}

function repositoryText({
  registry,
  repository,
}: {
  readonly registry?: string | undefined;
  readonly repository: string;
}): string {
  return registry === undefined ? repository : `${registry}/${repository}`;
}

/** The name in an ARN. */
function lastPart(cluster: string): string {
  return cluster.split('/').at(-1) ?? cluster;
}

function refused(sentence: string): SlipwayError {
  return new SlipwayError('INVALID_INPUT', sentence);
}
