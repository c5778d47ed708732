import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';

/** The engine that tests may use; without it they are skipped. */
export const TEST_DOCKER_HOST = process.env.SLIPWAY_TEST_DOCKER_HOST;

/** A Dockerfile that needs no registry. */
export const SMALL_DOCKERFILE =
  'FROM scratch\nCOPY busybox /bin/busybox\nCMD ["/bin/busybox", "sleep", "60"]\n';

/** Folders to build from and images in the engine, for tests; what was made is removed again. */
export interface TestImages {
  readonly docker: Docker;
  /** A folder with busybox and this Dockerfile. */
  folderWith(dockerfile: string): Promise<string>;
  /** Has an image removed at the end, if it is there then. */
  willMake(name: string): void;
  removeAll(): Promise<void>;
}

export function createTestImages(): TestImages {
  const docker = new Docker({ socketPath: TEST_DOCKER_HOST?.replace('unix://', '') });
  const names = new Set<string>();
  const folders: string[] = [];
  return {
    docker,
    async folderWith(dockerfile) {
      const folder = await mkdtemp(join(tmpdir(), 'slipway-docker-'));
      folders.push(folder);
      await copyFile('/bin/busybox', join(folder, 'busybox'));
      await writeFile(join(folder, 'Dockerfile'), dockerfile);
      return folder;
    },
    willMake(name) {
      names.add(name);
    },
    async removeAll() {
      for (const name of names) {
        await docker
          .getImage(name)
          .remove({ force: true })
          .catch(() => undefined);
      }
      names.clear();
      for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
    },
  };
}
