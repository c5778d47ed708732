import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTestImages, SMALL_DOCKERFILE, TEST_DOCKER_HOST } from '../../engine/testing/docker-images.ts';
import { type CliEngine, openCliEngine } from '../testing/test-engine.ts';

const STAGING = ['-c', 'staging', '-n', 'web'];

describe.skipIf(TEST_DOCKER_HOST === undefined)(
  'slipway deploy of several images with a real Docker Engine',
  () => {
    const images = createTestImages();
    let cli: CliEngine;
    let ecs: ECSClient;

    beforeAll(async () => {
      cli = await openCliEngine({ DOCKER_HOST: TEST_DOCKER_HOST, PATH: process.env.PATH });
      ecs = new ECSClient(cli.sandbox);
    });
    afterEach(() => images.removeAll());
    afterAll(async () => {
      ecs.destroy();
      await cli.close();
    });

    async function revisionNow() {
      const found = await ecs.send(new DescribeServicesCommand({ cluster: 'staging', services: ['web'] }));
      const { taskDefinition } = found.services?.[0] ?? {};
      return (await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }))).taskDefinition;
    }

    async function imagesNow(): Promise<Readonly<Record<string, string>>> {
      const { containerDefinitions = [] } = (await revisionNow()) ?? {};
      return Object.fromEntries(containerDefinitions.map(({ name = '', image = '' }) => [name, image]));
    }

    /** Gives the service a second container of another repository, and one that is no business of ours. */
    async function withMoreContainers(): Promise<void> {
      const { containerDefinitions = [], ...revision } = (await revisionNow()) ?? {};
      const [app] = containerDefinitions;
      const { family, cpu, memory, networkMode, executionRoleArn, requiresCompatibilities } = revision;
      const { taskDefinition } = await ecs.send(
        new RegisterTaskDefinitionCommand({
          family,
          cpu,
          memory,
          networkMode,
          executionRoleArn,
          requiresCompatibilities,
          containerDefinitions: [
            { ...app, name: 'app' },
            { name: 'jobs', image: `${cli.registry}/dashboard:5.2.1`, essential: false },
            { name: 'proxy', image: 'nginx:1.27', essential: false },
          ],
        }),
      );
      const update = {
        cluster: 'staging',
        service: 'web',
        taskDefinition: taskDefinition?.taskDefinitionArn,
      };
      await ecs.send(new UpdateServiceCommand(update));
      cli.sandbox.clock.advance(15 * 60_000);
    }

    function willPush(...names: readonly string[]): void {
      for (const name of names) {
        images.willMake(name);
        images.willMake(`${cli.registry}/${name}`);
      }
    }

    it('creates an immutable repository, pushes the build there and deploys it to a container', async () => {
      const folder = await images.folderWith(SMALL_DOCKERFILE);
      willPush('shop/fresh:one');
      const args = ['deploy', ...STAGING, '--build', folder, '-i', 'app=shop/fresh:one'];
      const refused = await cli.slipway(args);
      expect(refused.err).toContain('Create it with --create-repository, or name another one');
      expect(refused.code).toBe(2);
      const { code, err } = await cli.slipway([...args, '--create-repository', 'immutable']);
      expect(err).toContain('Created the repository shop/fresh with immutable tags.\n');
      expect(err).toContain('Pushed shop/fresh:one: sha256:');
      expect(code).toBe(0);
      expect((await imagesNow()).app).toContain(`${cli.registry}/shop/fresh:one@sha256:`);
      const same = ['--local', `${cli.registry}/shop/fresh:one`, '-i', 'app=shop/fresh:one'];
      const again = await cli.slipway(['deploy', ...STAGING, ...same, '--create-repository', 'mutable']);
      expect(again.err).toContain('exists already and was not changed: its tags are immutable, not mutable.');
      expect(again.code).toBe(0);
    });

    it('builds another Dockerfile with an argument and a stage', async () => {
      const folder = await images.folderWith('FROM nowhere');
      await writeFile(
        join(folder, 'Dockerfile.release'),
        `FROM scratch AS base\nARG VERSION\nLABEL version=$VERSION\n${SMALL_DOCKERFILE.replace('FROM scratch', 'FROM base AS small')}FROM nowhere\n`,
      );
      willPush('web:argued');
      const options =
        '-i app=web:argued --platform linux/amd64 --dockerfile Dockerfile.release --target small --build-arg VERSION';
      const { code, err } = await cli.slipway(
        ['deploy', ...STAGING, '--build', folder, ...options.split(' ')],
        { environment: { VERSION: '7.7.7' } },
      );
      expect(err).toContain(`Building Dockerfile.release of ${folder} as web:argued.`);
      expect(code).toBe(0);
      const built = await images.docker.getImage(`${cli.registry}/web:argued`).inspect();
      expect(built.Config.Labels).toMatchObject({ version: '7.7.7' });
    });

    it('builds an image for each container that has a Dockerfile, pushes all and deploys them at once', async () => {
      await withMoreContainers();
      const folder = await images.folderWith(SMALL_DOCKERFILE);
      await mkdir(join(folder, 'app'));
      for (const file of ['Dockerfile', 'busybox'])
        await rename(join(folder, file), join(folder, 'app', file));
      await writeFile(join(folder, 'Dockerfile.jobs'), 'FROM scratch\nCOPY app/busybox /bin/busybox\n');
      const { app = '' } = await imagesNow();
      const repository = app.replace(`${cli.registry}/`, '').replace(/[:@].*/, '');
      willPush(`${repository}:all`, 'dashboard:all');
      const args = ['deploy', ...STAGING, '--build-all', folder, '--tag-from', 'env:TAG'];
      const { code, err } = await cli.slipway(args, { environment: { TAG: 'all' } });
      expect(err).toContain('The container proxy keeps nginx:1.27.');
      expect(code).toBe(0);
      expect(await imagesNow()).toEqual({
        app: expect.stringContaining(`${cli.registry}/${repository}:all@sha256:`),
        jobs: expect.stringContaining(`${cli.registry}/dashboard:all@sha256:`),
        proxy: 'nginx:1.27',
      });

      const local = await cli.slipway(
        ['deploy', ...STAGING, '--local', 'all', '--tag-from', 'env:TAG', '--force'],
        {
          environment: { TAG: 'all' },
        },
      );
      expect(local.err).toContain('dashboard:all already is this image: sha256:');
      expect(local.code).toBe(0);
    });
  },
);
