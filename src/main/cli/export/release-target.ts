import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import { isObject } from '../../../shared/is-object.ts';
import { parseImageReference } from '../../../shared/model/image-reference.ts';
import { ecrHost } from '../../engine/aws/partitions.ts';
import { findElsewhere } from '../command/find-service.ts';
import type { CommandScope } from '../command/scope.ts';

/** What an exported pipeline releases, and where. */
export interface ReleaseTarget {
  readonly accountNumber: string;
  /** `aws`, `aws-cn` and so on. */
  readonly partition: string;
  readonly region: string;
  readonly cluster: string;
  readonly service: string;
  readonly family: string;
  readonly repository: string;
  /** The host of the repository. */
  readonly registry: string;
  /** Whose ECR it is; undefined for another registry. */
  readonly ecr: { readonly account: string; readonly region: string } | undefined;
  /** Those that run an image of the repository. */
  readonly containers: readonly string[];
  /** Roles that a new revision passes to ECS. */
  readonly roles: readonly string[];
  /** Whether the revision has tags, which are copied. */
  readonly hasTags: boolean;
  /** The folder that is built; undefined where an image is deployed that was pushed before. */
  readonly build: string | undefined;
}

interface TargetRequest {
  readonly scope: CommandScope & { readonly cluster: string };
  readonly service: string;
  /** A repository; undefined for the only one. */
  readonly repository: string | undefined;
  readonly build: string | undefined;
}

/**
 * Reads what a service runs. Throws INVALID_INPUT for a service that UpdateService does not deploy, and where the repository
 * is not clear.
 */
export async function readReleaseTarget(
  client: Client,
  { scope, service, repository, build }: TargetRequest,
): Promise<ReleaseTarget> {
  const { account, region, cluster } = scope;
  const ref = { account, region, cluster, service };
  const found = await client
    .call('services.get', ref)
    .catch((error: unknown) => findElsewhere(client, ref, error));
  if (found.controller !== 'ECS' || found.isExpress === true) {
    throw new SlipwayError(
      'INVALID_INPUT',
      `${service} is not deployed by UpdateService, so its release cannot be exported as a script. Use \`slipway deploy\`.`,
    );
  }
  const images = found.runs.flatMap(({ container, image }) => {
    const parts = parseImageReference(image);
    return parts === undefined ? [] : [{ container, ...parts }];
  });
  const chosen = chooseRepository(images, service, repository);
  const matching = images.filter((each) => each.repository === chosen.repository);
  const { json, revision } = await client.call('revisions.get', {
    account,
    region,
    revision: found.taskDefinitionArn,
  });
  const [, partition = 'aws', , , accountNumber = ''] = found.arn.split(':');
  const registry = chosen.registry ?? 'docker.io';
  const { accounts } = await client.call('accounts.list', {});
  const endpoint = accounts.find(({ id }) => id === account)?.endpoint;
  const isOfSandbox = endpoint !== undefined && URL.parse(endpoint)?.host === registry;
  return {
    accountNumber,
    partition,
    region,
    cluster,
    service,
    family: revision.family,
    repository: chosen.repository,
    registry,
    ecr: ecrHost(registry) ?? (isOfSandbox ? { account: accountNumber, region } : undefined),
    containers: matching.map(({ container }) => container),
    ...factsOf(json),
    build,
  };
}

type ContainerReference = {
  readonly container: string;
  readonly repository: string;
  readonly registry?: string;
};

function chooseRepository(
  images: readonly ContainerReference[],
  service: string,
  wanted: string | undefined,
): ContainerReference {
  const names = [...new Set(images.map(({ repository }) => repository))];
  const name = wanted === undefined ? undefined : (parseImageReference(wanted)?.repository ?? wanted);
  const fitting =
    name === undefined && names.length === 1 ? images : images.filter((each) => each.repository === name);
  const [first] = fitting;
  if (first !== undefined) return first;
  const what =
    wanted === undefined
      ? `${service} runs images of several repositories. Name one with -i`
      : `No container of ${service} runs an image of ${wanted}. Name another one with -i`;
  throw new SlipwayError('INVALID_INPUT', `${what}: ${names.join(', ')}.`);
}

function factsOf(json: string): Pick<ReleaseTarget, 'roles' | 'hasTags'> {
  const definition: unknown = JSON.parse(json);
  if (!isObject(definition)) return { roles: [], hasTags: false };
  const roles = [definition.taskRoleArn, definition.executionRoleArn].filter(
    (role) => typeof role === 'string',
  );
  return {
    roles: [...new Set(roles)].toSorted(),
    hasTags: Array.isArray(definition.tags) && definition.tags.length > 0,
  };
}
