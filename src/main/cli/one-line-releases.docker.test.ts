import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { promisify } from 'node:util';
import { CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import {
  type ContainerDefinition,
  CreateClusterCommand,
  CreateServiceCommand,
  type CreateServiceCommandInput,
  CreateTaskSetCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
  type Service,
  UpdateServicePrimaryTaskSetCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openTestRegistry, startTestRegistry, type TestRegistry } from '../../sandbox/testing/registry.ts';
import { startTestSandbox, type TestSandbox } from '../../sandbox/testing/sandbox.ts';
import { CLI } from '../engine/testing/cli-process.ts';
import { createTestImages, TEST_DOCKER_HOST } from '../engine/testing/docker-images.ts';

const exec = promisify(execFile);
const NETWORK = { awsvpcConfiguration: { subnets: ['subnet-1'] } };
/** Builds in milliseconds. */
const TINY_DOCKERFILE = 'FROM scratch\nCOPY Dockerfile /\n';

/** What teams run by hand today, each as one line of the built command against a real Docker Engine. */
describe.skipIf(TEST_DOCKER_HOST === undefined)('one line of slipway', () => {
  const images = createTestImages();
  let home: string;
  let sandbox: TestSandbox;
  let registry: string;
  let ecr: TestRegistry;
  let elsewhere: TestRegistry;
  /** Of the other registry: an address that ECS does not take for its own, and the Engine for one without TLS. */
  let otherHost: string;
  let forwarder: Server;
  let ecs: ECSClient;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'slipway-lines-'));
    sandbox = await startTestSandbox({ scenario: 'empty' });
    registry = new URL(sandbox.endpoint).host;
    ecr = await openTestRegistry(sandbox, []);
    elsewhere = await startTestRegistry([{ repositoryName: 'team/web' }], { hosts: ['127.0.0.2'] });
    forwarder = createServer((socket) => {
      const { port } = new URL(elsewhere.endpoint);
      pipeline(socket, connect(Number(port), '127.0.0.1'), socket, () => undefined);
    });
    forwarder.listen(0, '127.0.0.2');
    await once(forwarder, 'listening');
    otherHost = `127.0.0.2:${(forwarder.address() as AddressInfo).port}`;
    ecs = new ECSClient(sandbox);
    await mkdir(join(home, '.docker'));
    const auths = { [otherHost]: { auth: btoa(elsewhere.login) } };
    await writeFile(join(home, '.docker', 'config.json'), JSON.stringify({ auths }));
  });
  afterEach(() => images.removeAll());
  afterAll(async () => {
    ecs.destroy();
    await ecr.close();
    forwarder.close();
    await elsewhere.close();
    await sandbox.close();
    await rm(home, { recursive: true });
  });

  /** Runs a line as a person types it, in a folder. */
  async function slipway(line: string, folder = home, environment: NodeJS.ProcessEnv = {}) {
    const args = [CLI, ...line.split(' '), ...(line.includes(' -p ') ? [] : ['--sandbox', sandbox.endpoint])];
    const env = {
      PATH: process.env.PATH,
      HOME: home,
      SLIPWAY_DATA: join(home, 'data'),
      DOCKER_HOST: TEST_DOCKER_HOST,
      ...environment,
    };
    const ended = exec(process.execPath, args, { cwd: folder, env }).then(
      ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
      (error: unknown) => {
        if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'number') throw error;
        const [out, err] = ['stdout', 'stderr'].map((name) => String(Reflect.get(error, name)));
        return { code: error.code, out: out ?? '', err: err ?? '' };
      },
    );
    return sandbox.clock.runUntil(ended);
  }

  interface Running {
    readonly cluster: string;
    readonly service: string;
    readonly family?: string;
    /** The image of each container. */
    readonly images: Readonly<Record<string, string>>;
    readonly more?: Partial<CreateServiceCommandInput>;
  }

  async function register(family: string, named: Running['images']): Promise<string> {
    const containerDefinitions = Object.entries(named).map(
      ([name, image]): ContainerDefinition => ({ name, image, essential: true }),
    );
    const { taskDefinition } = await ecs.send(
      new RegisterTaskDefinitionCommand({
        family,
        requiresCompatibilities: ['FARGATE'],
        networkMode: 'awsvpc',
        cpu: '256',
        memory: '512',
        containerDefinitions,
      }),
    );
    return taskDefinition?.taskDefinitionArn ?? '';
  }

  /** Starts a service and waits until it is stable. */
  async function run({ cluster, service, family = service, images: named, more = {} }: Running) {
    await ecs.send(new CreateClusterCommand({ clusterName: cluster }));
    const isExternal = more.deploymentController?.type === 'EXTERNAL';
    const taskDefinition = await register(family, named);
    await ecs.send(
      new CreateServiceCommand({
        cluster,
        serviceName: service,
        desiredCount: 1,
        ...(isExternal ? {} : { taskDefinition, launchType: 'FARGATE', networkConfiguration: NETWORK }),
        ...more,
      }),
    );
    await sandbox.clock.advanceUntil(async () => {
      const { runningCount, desiredCount } = await serviceNow(cluster, service);
      expect(runningCount).toBe(isExternal ? 0 : desiredCount);
    });
  }

  async function serviceNow(cluster: string, service: string): Promise<Service> {
    const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
    return services?.[0] ?? {};
  }

  async function imagesNow(cluster: string, service: string): Promise<Readonly<Record<string, string>>> {
    const { taskDefinition } = await serviceNow(cluster, service);
    const described = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
    const { containerDefinitions = [] } = described.taskDefinition ?? {};
    return Object.fromEntries(containerDefinitions.map(({ name = '', image = '' }) => [name, image]));
  }

  /** A folder in a git repository with these files, and its commit. */
  async function committed(files: Readonly<Record<string, string>>) {
    const folder = await images.folderWith(TINY_DOCKERFILE);
    await rm(join(folder, 'busybox'));
    for (const [path, text] of Object.entries(files)) {
      await mkdir(join(folder, path, '..'), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    const git = ['-C', folder, '-c', 'user.name=Ana', '-c', 'user.email=ana@example.com'];
    await exec('git', [...git, 'init', '--quiet']);
    await exec('git', [...git, 'add', '.']);
    await exec('git', [...git, 'commit', '--quiet', '-m', 'first']);
    const { stdout } = await exec('git', [...git, 'rev-parse', 'HEAD']);
    return { folder, commit: stdout.trim(), git };
  }

  /** A repository with an image for each tag. */
  async function repositoryWith(repositoryName: string, ...tags: readonly string[]): Promise<void> {
    await ecr.ecr.send(new CreateRepositoryCommand({ repositoryName }));
    for (const tag of tags) await ecr.pushImage(repositoryName, tag, `${repositoryName} ${tag}`);
  }

  /** Has the local images of a repository removed after the test. */
  function willPush(...names: readonly string[]): void {
    for (const name of names) {
      images.willMake(name);
      images.willMake(`${registry}/${name}`);
    }
  }

  describe('of the five-step scripts', () => {
    const CONTAINERS = { app: 'five/app', jobs: 'five/jobs' } as const;

    beforeAll(async () => {
      for (const name of Object.values(CONTAINERS)) await repositoryWith(name, '1');
      const first = {
        app: `${registry}/five/app:1`,
        jobs: `${registry}/five/jobs:1`,
        proxy: 'nginx:1.27',
      };
      for (let revision = 0; revision < 14; revision++) await register('five', first);
      await run({ cluster: 'five', service: 'five', images: first });
    });

    it('tags every container with the git revision, pushes, registers, updates, and keeps 10 revisions', async () => {
      const { folder, commit } = await committed({
        'app/Dockerfile': `${TINY_DOCKERFILE}ENV IS=app\n`,
        'Dockerfile.jobs': `${TINY_DOCKERFILE}ENV IS=jobs\n`,
      });
      const tag = commit.slice(0, 7);
      willPush(...Object.values(CONTAINERS).map((name) => `${name}:${tag}`));
      const line = 'deploy -c five -n five --build-all . --tag-from git --clean keep=10';
      const { code, out, err } = await slipway(line, folder);
      expect({ code, err }).toEqual({
        code: 0,
        err: expect.stringContaining('6 of 6 revisions deregistered.'),
      });
      expect(out).toMatch(/^five:16 deployed in /);
      expect(await imagesNow('five', 'five')).toEqual({
        app: expect.stringContaining(`${registry}/five/app:${tag}@sha256:`),
        jobs: expect.stringContaining(`${registry}/five/jobs:${tag}@sha256:`),
        proxy: 'nginx:1.27',
      });
      const { taskDefinitionArns } = await ecs.send(new ListTaskDefinitionsCommand({ familyPrefix: 'five' }));
      expect(taskDefinitionArns).toHaveLength(10);
    });

    it('finds the images of every container locally', async () => {
      const { folder } = await committed({ 'jobs/Dockerfile': `${TINY_DOCKERFILE}ENV IS=new\n` });
      willPush(...Object.values(CONTAINERS).map((name) => `${name}:local`));
      for (const [context, name] of [
        ['.', 'five/app'],
        ['jobs', 'five/jobs'],
      ]) {
        const built = await slipway(`image build ${context} --repository ${name} --tag local`, folder);
        expect(built.code).toBe(0);
      }
      const { code } = await slipway('deploy -c five -n five --local all', folder);
      expect(code).toBe(0);
      expect(await imagesNow('five', 'five')).toEqual({
        app: expect.stringContaining(`${registry}/five/app:local@sha256:`),
        jobs: expect.stringContaining(`${registry}/five/jobs:local@sha256:`),
        proxy: 'nginx:1.27',
      });
    });
  });

  describe('of a rolling update with bounds', () => {
    const WHERE = ['my-cluster', 'my-service'] as const;

    beforeAll(async () => {
      await repositoryWith('my-repo/my-app', '1.1.0', '1.2.0');
      await run({
        cluster: WHERE[0],
        service: WHERE[1],
        family: 'my-app-task',
        images: { web: `${registry}/my-repo/my-app:1.1.0`, worker: `${registry}/my-repo/my-app:1.1.0` },
      });
    });

    it('updates all containers of the repository within the bounds', async () => {
      const line =
        'deploy -c my-cluster -n my-service -i my-repo/my-app:1.2.0 --min 50 --max 200 --desired 2';
      const { code, out } = await slipway(line);
      expect(out).toMatch(/^my-app-task:2 deployed in /);
      expect(code).toBe(0);
      expect(await serviceNow(...WHERE)).toMatchObject({
        desiredCount: 2,
        runningCount: 2,
        deploymentConfiguration: { minimumHealthyPercent: 50, maximumPercent: 200 },
      });
      const image = `${registry}/my-repo/my-app:1.2.0`;
      expect(await imagesNow(...WHERE)).toEqual({ web: image, worker: image });
    });

    it('starts the same revision again', async () => {
      const { code, out } = await slipway('deploy -c my-cluster -n my-service --force');
      expect(out).toMatch(/^my-app-task:2 deployed in /);
      expect(code).toBe(0);
    });

    it('goes back to a revision', async () => {
      const { code, out } = await slipway('rollback -c my-cluster -n my-service --to my-app-task:1');
      expect(out).toMatch(/^my-app-task:1 deployed in /);
      expect(code).toBe(0);
      const image = `${registry}/my-repo/my-app:1.1.0`;
      expect(await imagesNow(...WHERE)).toEqual({ web: image, worker: image });
    });
  });

  it('builds a folder, tags it with the whole SHA and latest, creates an immutable repository, and updates', async () => {
    await run({
      cluster: 'default',
      service: 'my-app',
      images: { app: `${registry}/my-app:none` },
      more: { desiredCount: 0 },
    });
    const { folder, commit, git } = await committed({});
    willPush(`my-app:${commit}`, 'my-app:latest');
    const line =
      'deploy -c default -n my-app --build . --tag-from git-full --also-tag latest --create-repository immutable';
    const { code, err, out } = await slipway(line, folder);
    expect(err).toContain('Created the repository my-app with immutable tags except latest.');
    expect(out).toMatch(/^my-app:2 is deployed with 0 tasks/);
    expect(code).toBe(0);
    expect(await imagesNow('default', 'my-app')).toEqual({
      app: expect.stringContaining(`${registry}/my-app:${commit}@sha256:`),
    });
    await exec('git', [...git, 'commit', '--quiet', '--allow-empty', '-m', 'second']);
    const { stdout } = await exec('git', [...git, 'rev-parse', 'HEAD']);
    willPush(`my-app:${stdout.trim()}`);
    const second = await slipway(line, folder);
    expect(second.err).toContain('Pushed my-app:latest: sha256:');
    expect(second.code).toBe(0);
  });

  it('deploys an image with a time limit and bounds from a variable, as ecs-deploy does', async () => {
    const profile = `[profile acme]\nregion = us-east-1\nendpoint_url = ${sandbox.endpoint}\naws_access_key_id = sandbox\naws_secret_access_key = sandbox\n`;
    await mkdir(join(home, '.aws'));
    await writeFile(join(home, '.aws', 'config'), profile);
    const app = 'my.private.repo/doorman-api';
    await run({
      cluster: 'production1',
      service: 'doorman-api',
      images: { api: `${app}:1`, cron: `${app}:1` },
      more: { desiredCount: 2 },
    });
    const line =
      'deploy -p acme -c production1 -n doorman-api -i my.private.repo/doorman-api --tag-from env:CI_TIMESTAMP --min 50 --max 100 --timeout 240 -v --confirm doorman-api';
    const { code, out, err } = await slipway(line, home, { CI_TIMESTAMP: '1732831200' });
    expect(err).toContain('minimum healthy: 100 % → 50 %');
    expect(out).toMatch(/^doorman-api:2 deployed in /);
    expect(code).toBe(0);
    expect(await imagesNow('production1', 'doorman-api')).toEqual({
      api: `${app}:1732831200`,
      cron: `${app}:1732831200`,
    });
  });

  it.each([
    ['git describe', 'describe', 'v9.0.0'],
    ['a file', 'file:VERSION', '2.4.0'],
  ])('takes the tag of an image from %s', async (_what, source, tag) => {
    const name = source.replace(/\W.*/, '');
    await repositoryWith(`tags/${name}`, '1', tag);
    await run({ cluster: 'tags', service: name, images: { app: `${registry}/tags/${name}:1` } });
    const { folder, git } = await committed({ VERSION: '2.4.0\n' });
    await exec('git', [...git, 'tag', 'v9.0.0']);
    const { code } = await slipway(`deploy -c tags -n ${name} -i tags/${name} --tag-from ${source}`, folder);
    expect(code).toBe(0);
    expect(await imagesNow('tags', name)).toEqual({ app: `${registry}/tags/${name}:${tag}` });
  });

  it('builds for a service with task sets and makes the new set the primary one', async () => {
    await repositoryWith('sets/app', '1');
    const first = { app: `${registry}/sets/app:1` };
    const where = { cluster: 'sets', service: 'sets' };
    await run({ ...where, images: first, more: { deploymentController: { type: 'EXTERNAL' } } });
    const { taskSet } = await ecs.send(
      new CreateTaskSetCommand({
        ...where,
        taskDefinition: 'sets',
        launchType: 'FARGATE',
        networkConfiguration: NETWORK,
        scale: { value: 100, unit: 'PERCENT' },
      }),
    );
    await ecs.send(new UpdateServicePrimaryTaskSetCommand({ ...where, primaryTaskSet: taskSet?.taskSetArn }));
    await sandbox.clock.advanceUntil(async () => {
      const { taskSets } = await serviceNow('sets', 'sets');
      expect(taskSets).toMatchObject([{ stabilityStatus: 'STEADY_STATE' }]);
    });
    const { folder, commit } = await committed({});
    willPush(`sets/app:${commit.slice(0, 7)}`);
    const { code, out } = await slipway('deploy -c sets -n sets --build . --tag-from git', folder);
    expect(out).toMatch(/^sets:2 deployed and is the primary task set/);
    expect(code).toBe(0);
    const { taskSets = [] } = await serviceNow('sets', 'sets');
    expect(taskSets).toMatchObject([
      { status: 'PRIMARY', taskDefinition: expect.stringMatching(/\/sets:2$/) },
    ]);
  });

  it('pushes to a registry that is not ECR with the login of the Docker configuration', async () => {
    await run({ cluster: 'other', service: 'web', images: { app: `${otherHost}/team/web:1` } });
    const { folder, commit } = await committed({});
    const tag = commit.slice(0, 7);
    willPush(`team/web:${tag}`);
    images.willMake(`${otherHost}/team/web:${tag}`);
    const { code, err } = await slipway('deploy -c other -n web --build . --tag-from git', folder);
    const [, digest = ''] = new RegExp(`Pushed team/web:${tag}: (sha256:\\w+)`).exec(err) ?? [];
    expect(code).toBe(0);
    expect(await imagesNow('other', 'web')).toEqual({ app: `${otherHost}/team/web:${tag}@${digest}` });
    const found = await elsewhere.send('HEAD', `/v2/team/web/manifests/${digest}`);
    expect(found.status).toBe(200);
  });

  it('pushes an image to such a registry without a deploy, by its own name or under another one', async () => {
    const { folder, commit } = await committed({});
    const tag = commit.slice(0, 7);
    const name = `${otherHost}/team/web:${tag}`;
    willPush(`team/web:${tag}`);
    images.willMake(name);
    images.willMake(`${otherHost}/team/web:next`);
    // An account without repositories does not tell its own registry from another one of the loopback.
    await slipway('image create-repository seen/web');
    await slipway('image build . --repository team/web --tag-from git', folder);
    const whole = `${otherHost}/team/web:built`;
    images.willMake(whole);
    const named = await slipway(`image build . --repository ${otherHost}/team/web --tag built`, folder);
    expect(named).toMatchObject({ code: 0, out: `${whole}\n` });
    expect((await slipway(`image push ${named.out.trim()}`)).code).toBe(0);
    const line = `image push team/web:${tag} --repository ${otherHost}/team/web`;
    const pushed = await slipway(line);
    expect(pushed).toMatchObject({ code: 0, out: expect.stringMatching(`^${name}@sha256:`) });
    const again = await slipway(`image push ${name} --tag next`);
    expect(again).toMatchObject({
      code: 0,
      out: expect.stringMatching(`^${otherHost}/team/web:next@sha256:`),
    });
    expect((await elsewhere.send('HEAD', '/v2/team/web/manifests/next')).status).toBe(200);
    const refused = await slipway(`image push ${name} --repository registry.example.com/team/web`);
    expect(refused).toMatchObject({
      code: 2,
      err: expect.stringContaining('docker login registry.example.com'),
    });
  });

  it('pushes an image into a repository that is created for it', async () => {
    const { folder } = await committed({});
    willPush('created/web:1');
    for (const tag of ['1', 'latest']) images.willMake(`${registry}/created/web:${tag}`);
    await slipway('image build . --repository created/web --tag 1', folder);
    const line =
      'image push created/web:1 --repository created/web --create-repository immutable --also-tag latest';
    const { code, err } = await slipway(line);
    expect(err).toContain('Created the repository created/web with immutable tags except latest.');
    expect(code).toBe(0);
    expect(await slipway(line)).toMatchObject({ code: 0 });
  });
});
