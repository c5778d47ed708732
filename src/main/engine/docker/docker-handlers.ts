import type { Aws } from '../aws/aws.ts';
import type { Handlers } from '../ports/handlers.ts';
import { areaLogger } from '../ports/log-areas.ts';
import type { Ports } from '../ports/ports.ts';
import { buildImage } from './build.ts';
import { readBuildFolder } from './build-folder.ts';
import { type ConnectDocker, createDockerConnection } from './connection.ts';
import { listLocalImages, readDockerStatus } from './local-images.ts';
import { pushImage } from './push.ts';

type DockerHandlers = Pick<
  Handlers,
  'docker.status' | 'docker.images' | 'docker.folder' | 'docker.build' | 'docker.push'
>;

interface DockerDependencies {
  readonly aws: Aws;
  readonly ports: Pick<Ports, 'environment' | 'clock' | 'logger' | 'secrets'>;
}

/** The methods about the Docker Engine of this machine. */
export function createDockerHandlers({ aws, ports }: DockerDependencies): DockerHandlers {
  const logger = areaLogger(ports.logger, 'docker');
  const find = createDockerConnection(ports);
  const connect: ConnectDocker = async () => {
    const connection = await find();
    logger.debug({ from: connection.from }, 'The address of the Docker Engine was found');
    return connection;
  };
  const { environment } = ports;
  return {
    'docker.status': (_, { signal }) => readDockerStatus(connect, signal),
    'docker.images': (_, { signal }) => listLocalImages(connect, signal),
    'docker.folder': ({ folder }, { signal }) =>
      readBuildFolder(folder, ports.clock.now(), { environment, signal }),
    'docker.build': async (request, { signal, emit }) => {
      return buildImage(await connect(), request, { now: ports.clock.now(), environment, signal, emit });
    },
    'docker.push': async (request, { signal, emit }) => {
      const { docker } = await connect();
      const { account, region } = request;
      const ecr = aws.ecr({ account, region }, 'clicked');
      return pushImage(docker, request, { ecr, secrets: ports.secrets, signal, emit });
    },
  };
}
