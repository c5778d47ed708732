import type { ECRClient } from '@aws-sdk/client-ecr';
import { SlipwayError } from '../../../shared/errors.ts';
import type { LocalImage } from '../../../shared/model/docker.ts';
import type { Aws } from '../aws/aws.ts';
import type { RequireChangeable } from '../environments/environments.ts';
import type { Handlers } from '../ports/handlers.ts';
import { areaLogger } from '../ports/log-areas.ts';
import type { Ports } from '../ports/ports.ts';
import { buildImage } from './build.ts';
import { readBuildFolder, tagOfVariable, versionsOf } from './build-folder.ts';
import { type ConnectDocker, createDockerConnection, dockerMachine } from './connection.ts';
import { readDockerConfig } from './docker-config.ts';
import { dockerFailure } from './docker-errors.ts';
import { readDockerLogins } from './docker-logins.ts';
import { describeCommit } from './git-describe.ts';
import { pushImage, pushImageElsewhere } from './push.ts';
import { requireConfiguredLogin } from './registry-logins.ts';
import { readDockerStatus, watchDocker } from './watch-docker.ts';

type DockerHandlers = Pick<
  Handlers,
  | 'docker.watch'
  | 'docker.status'
  | 'docker.logins'
  | 'docker.images'
  | 'docker.folder'
  | 'docker.build'
  | 'docker.push'
>;

interface DockerDependencies {
  readonly aws: Aws;
  readonly requireChangeable: RequireChangeable;
  readonly ports: Pick<Ports, 'environment' | 'clock' | 'logger' | 'secrets'>;
  /** Remembers the folder of a build as a clone of its repository. When it throws, the build succeeds all the same. */
  readonly onSource: (source: string, folder: string) => void;
}

/** The methods about the Docker Engine of this machine. */
export function createDockerHandlers({
  aws,
  requireChangeable,
  ports,
  onSource,
}: DockerDependencies): DockerHandlers {
  const logger = areaLogger(ports.logger, 'docker');
  const find = createDockerConnection(ports);
  const connect: ConnectDocker = async () => {
    const connection = await find();
    logger.debug({ from: connection.endpoint.from }, 'The address of the Docker Engine was found');
    return connection;
  };
  const { environment } = ports;
  return {
    'docker.status': (_, { signal }) => readDockerStatus(connect, signal),
    'docker.watch': (_, { signal, emit }) => watchDocker(connect, { signal, emit }),
    'docker.logins': () => readDockerLogins(dockerMachine(environment)),
    'docker.images': (_, { signal }) => listLocalImages(connect, signal),
    'docker.folder': async ({ folder, include = [], variable }, { signal }) => {
      const reader = { environment, signal };
      const now = ports.clock.now();
      const found = await readBuildFolder(folder, now, reader);
      const described = include.includes('describe') ? await describeCommit(found.folder, reader) : undefined;
      return {
        ...found,
        ...(described === undefined ? {} : { described }),
        ...(include.includes('versions') ? { versions: versionsOf(found.folder, now) } : {}),
        ...(variable === undefined ? {} : { variable: tagOfVariable(variable, environment) }),
      };
    },
    'docker.build': async (request, { signal, emit }) => {
      const { account, region } = request;
      const ecr = (registryRegion = region): ECRClient | undefined =>
        account === undefined || registryRegion === undefined
          ? undefined
          : aws.ecr({ account, region: registryRegion }, 'clicked');
      const remember = (source: string, path: string): void => {
        try {
          onSource(source, path);
        } catch (error) {
          logger.warn({ err: error }, 'The folder of the build is not remembered as a clone');
        }
      };
      const context = {
        now: ports.clock.now(),
        environment,
        ecr,
        secrets: ports.secrets,
        signal,
        emit,
        onSource: remember,
      };
      const values = request.buildArguments?.map(({ name, value }) => [name, value] as const) ?? [];
      return buildImage(await connect(), { ...request, buildArguments: Object.fromEntries(values) }, context);
    },
    'docker.push': async (request, { signal, emit }) => {
      requireChangeable({ account: request.account });
      const { account, region, registry } = request;
      const { secrets } = ports;
      if (registry !== undefined) {
        const config = await readDockerConfig(dockerMachine(environment));
        const login = await requireConfiguredLogin(registry, { config, environment, secrets, signal });
        return pushImageElsewhere(
          await connect(),
          { ...request, registry },
          { login, secrets, signal, emit },
        );
      }
      const ecr = aws.ecr({ account, region }, 'clicked');
      const call = { operation: 'Push', target: request.repository };
      const refused = aws.refusedCalls({ account, region });
      try {
        const pushed = await pushImage(await connect(), request, { ecr, secrets, signal, emit });
        refused.forget(call);
        return pushed;
      } catch (error) {
        // The registry refuses with the sentence of IAM, which no client of AWS sees.
        if (error instanceof SlipwayError) refused.add(error.message, call);
        throw error;
      }
    },
  };
}

/** Images of the Docker Engine, newest first. Layers that only a build cache holds are not among them. */
async function listLocalImages(connect: ConnectDocker, signal: AbortSignal): Promise<readonly LocalImage[]> {
  try {
    const connection = await connect();
    // An Engine with thousands of images takes its time.
    const images = await connection.follow(signal, (engine) => engine.listImages());
    return images
      .map((image) => ({
        id: image.Id,
        names: (image.RepoTags ?? []).filter((name) => name !== '<none>:<none>'),
        createdAt: new Date(image.Created * 1000).toISOString(),
        sizeBytes: image.Size,
      }))
      .sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  } catch (error) {
    throw error instanceof SlipwayError ? error : dockerFailure(error, 'list its images', signal);
  }
}
