import type { DockerLogins } from '../../../shared/model/docker.ts';
import { type Machine, readDockerConfig } from './docker-config.ts';

/** The registries of config.json by the names of their hosts, without any login of them. */
export async function readDockerLogins(machine: Machine): Promise<DockerLogins> {
  const {
    auths,
    authsOfEnvironment = {},
    credHelpers,
    credsStore,
    problem,
  } = await readDockerConfig(machine);
  const registries = new Set([auths, authsOfEnvironment, credHelpers].flatMap(Object.keys).map(hostOf));
  return {
    registries: [...registries].toSorted(),
    ...(credsStore === undefined ? {} : { store: `docker-credential-${credsStore}` }),
    ...(problem === undefined ? {} : { problem }),
  };
}

/** Keys are hosts or addresses; nothing but the host of an address is shown. */
function hostOf(key: string): string {
  const withScheme = /^[a-z]+:\/\//i.test(key) ? key : `https://${key}`;
  return URL.parse(withScheme)?.host ?? key;
}
