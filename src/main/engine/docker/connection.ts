import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Ports } from '../ports/ports.ts';
import { type DockerEndpoint, findDockerEndpoint } from './endpoint.ts';

/** A Docker Engine to talk to, and where its address was found. */
export interface DockerConnection {
  readonly docker: Docker;
  readonly from: string;
}

/** Finds the Docker Engine anew at every call, so that a context which is changed meanwhile counts. */
export type ConnectDocker = () => Promise<DockerConnection>;

/** See findDockerEndpoint for the rules. The connection is made with the first request, not here. */
export function createDockerConnection({ environment }: Pick<Ports, 'environment'>): ConnectDocker {
  return async () => {
    const endpoint = await findDockerEndpoint({ environment, platform: process.platform, home: homedir() });
    return { docker: await openDocker(endpoint), from: endpoint.from };
  };
}

async function openDocker(endpoint: DockerEndpoint): Promise<Docker> {
  // Loaded with the first use: it takes longer to load than the rest of the engine's own code.
  const { default: Engine } = await import('dockerode');
  // Everything is given, because dockerode fills what is missing from the environment of the process.
  const nothing = { host: undefined, port: undefined, ca: undefined, cert: undefined, key: undefined };
  if (endpoint.kind === 'socket') {
    return new Engine({ ...nothing, protocol: 'http', socketPath: endpoint.path });
  }
  const { protocol, host, port, certificates } = endpoint;
  const tls = certificates === undefined ? {} : await readCertificates(certificates);
  return new Engine({ ...nothing, socketPath: undefined, protocol, host, port, ...tls });
}

async function readCertificates(folder: string): Promise<{ ca: Buffer; cert: Buffer; key: Buffer }> {
  try {
    const [ca, cert, key] = await Promise.all(
      ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readFile(join(folder, name))),
    );
    if (ca === undefined || cert === undefined || key === undefined)
      throw new Error('A certificate is missing.');
    return { ca, cert, key };
  } catch (cause) {
    throw new SlipwayError(
      'DOCKER_UNAVAILABLE',
      'The certificates of the Docker Engine cannot be read: ca.pem, cert.pem and key.pem must be in the folder ' +
        'of DOCKER_CERT_PATH or of the context.',
      { cause },
    );
  }
}
