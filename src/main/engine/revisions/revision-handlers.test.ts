import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatchGetImageCommand, DescribeImagesCommand, PutImageCommand } from '@aws-sdk/client-ecr';
import {
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  type RegisterTaskDefinitionRequest,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { TASK_DEFINITION_TEXTS, volumeOfEachKind } from '../../../sandbox/testing/task-definition-texts.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { RevisionListEvent } from '../../../shared/model/revision.ts';
import type { Aws } from '../aws/aws.ts';
import { describeRevision } from '../ecs/describe-revision.ts';
import { registrationInput, withImages } from '../ecs/registration.ts';
import { openImageCache } from '../images/image-cache.ts';
import { createImageLookup } from '../images/image-lookup.ts';
import { registerRevision } from '../register/register-revision.ts';
import { awsAtEndpoint } from '../testing/aws-at-endpoint.ts';
import { taskDefinitionWithEveryMember } from '../testing/schema-samples.ts';
import { openRevisionCaches } from './cache/revision-cache.ts';
import { createRevisionHandlers } from './revision-handlers.ts';

const logger = pino({ level: 'silent' });
const signal = new AbortController().signal;
const context = { signal, emit: () => undefined };

const cleanUps: (() => unknown)[] = [];
let sandbox: TestSandbox;
let aws: Aws;
let scope: Scope;
let handlers: ReturnType<typeof createRevisionHandlers>;

beforeEach(async () => {
  sandbox = await startTestSandbox({ scenario: 'empty' });
  const clients = await awsAtEndpoint(sandbox);
  ({ aws, scope } = clients);
  cleanUps.push(
    () => sandbox.close(),
    () => clients.aws.close(),
  );
  handlers = handlersOn(aws, await temporaryFolder());
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-revisions-'));
  cleanUps.push(() => rm(folder, { recursive: true }));
  return folder;
}

function handlersOn(clients: Aws, data: string) {
  const cache = openImageCache({ paths: { data }, logger });
  const caches = openRevisionCaches({ paths: { data }, logger });
  cleanUps.push(
    () => cache.close(),
    () => caches.close(),
  );
  const images = createImageLookup({ aws: clients, cache, logger });
  return createRevisionHandlers({ aws: clients, images, caches, logger });
}

function web(version: number, container: object = {}): RegisterTaskDefinitionRequest {
  return {
    family: 'web',
    containerDefinitions: [{ name: 'app', image: `web:${version}`, memory: 64, ...container }],
  };
}

/** Every field that the schema knows, with those values that ECS checks put right. */
function wholeTaskDefinition(): RegisterTaskDefinitionRequest {
  const everything = taskDefinitionWithEveryMember(TASK_DEFINITION_TEXTS);
  const [first, second] = everything.containerDefinitions ?? [];
  return {
    ...everything,
    family: 'web',
    volumes: volumeOfEachKind(everything.volumes?.[0] ?? {}),
    networkMode: 'bridge',
    proxyConfiguration: { ...everything.proxyConfiguration, containerName: 'proxy' },
    requiresCompatibilities: ['EC2'],
    containerDefinitions: [
      {
        ...first,
        credentialSpecs: first?.credentialSpecs?.slice(0, 1),
        name: 'app',
        essential: true,
        dependsOn: [{ containerName: 'proxy', condition: 'START' }],
        volumesFrom: [{ sourceContainer: 'proxy', readOnly: true }],
        links: ['proxy:other'],
      },
      {
        ...second,
        credentialSpecs: second?.credentialSpecs?.slice(0, 1),
        name: 'proxy',
        essential: false,
        dependsOn: [],
        volumesFrom: [{ sourceContainer: 'app', readOnly: false }],
        links: [],
      },
    ],
  };
}

async function register(...inputs: readonly RegisterTaskDefinitionRequest[]): Promise<void> {
  for (const input of inputs) await registerRevision(aws.ecs(scope, 'clicked'), input, signal);
}

async function removePermanently(revision: string): Promise<void> {
  const ecs = aws.ecs(scope, 'clicked');
  await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: revision }));
  await ecs.send(new DeleteTaskDefinitionsCommand({ taskDefinitions: [revision] }));
}

function describesSent(): number {
  return sandbox.calls().filter(({ operation }) => operation === 'DescribeTaskDefinition').length;
}

describe('registering a described revision', () => {
  it('changes nothing but the image', async () => {
    const everything = wholeTaskDefinition();
    await register(everything);
    const ecs = aws.ecs(scope, 'clicked');
    const described = await describeRevision(ecs, 'web:1', signal);
    const input = withImages(registrationInput(described), [{ container: 'app', image: 'web:2' }]);
    await register(input);

    const [first, second] = await Promise.all(
      ['web:1', 'web:2'].map((taskDefinition) =>
        ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] })),
      ),
    );
    if (first === undefined || second === undefined) throw new Error('A revision was not described.');
    const [before, after] = [registrationInput(first), registrationInput(second)];
    expect(after).toEqual(withImages(before, [{ container: 'app', image: 'web:2' }]));
    expect(before).toMatchObject(everything);
  });

  it('gives concurrent registrations of a family consecutive numbers', async () => {
    const ecs = aws.ecs(scope, 'clicked');
    const registered = await Promise.all(
      [1, 2, 3].map((version) => registerRevision(ecs, web(version), signal)),
    );
    expect(registered.map(({ revision }) => revision)).toEqual([1, 2, 3]);
  });
});

describe('revisions.list', () => {
  it('sends the count, then entries with what changed since the previous revision', async () => {
    await register(web(1), web(1, { cpu: 256 }), web(2, { cpu: 256 }));
    const events: RevisionListEvent[] = [];
    const emit = (event: RevisionListEvent) => void events.push(event);
    const entries = await handlers['revisions.list']({ ...scope, family: 'web' }, { signal, emit });

    expect(events[0]).toEqual({ kind: 'count', count: 3 });
    expect(events.slice(1).flatMap((event) => (event.kind === 'entries' ? event.entries : []))).toEqual(
      entries,
    );
    expect(entries.map((entry) => [entry.revision.name, entry.images[0]?.change, entry.summary])).toEqual([
      ['web:3', 'changed', ''],
      ['web:2', 'same-tag', 'cpu 0 vCPU → 0.25 vCPU'],
      ['web:1', 'first', ''],
    ]);
  });

  it('describes each revision once', async () => {
    await register(web(1), web(2));
    const first = await handlers['revisions.list']({ ...scope, family: 'web' }, context);
    expect(describesSent()).toBe(2);
    const second = await handlers['revisions.list']({ ...scope, family: 'web' }, context);
    expect(describesSent()).toBe(2);
    expect(second).toEqual(first);
  });

  it('compares with the previous existing revision, and omits other families', async () => {
    await register(web(1), web(2), web(3), { ...web(1), family: 'web-admin' });
    await removePermanently('web:2');
    const entries = await handlers['revisions.list']({ ...scope, family: 'web' }, context);
    expect(entries.map(({ revision, images }) => [revision.name, images[0]?.before?.image])).toEqual([
      ['web:3', 'web:1'],
      ['web:1', undefined],
    ]);
  });
});

describe('revisions.list of the demo', () => {
  it('compares across batches, marks the running revision, and has commits and digests', async () => {
    const demo = await startTestSandbox({ scenario: 'demo' });
    const clients = await awsAtEndpoint(demo);
    cleanUps.push(
      () => demo.close(),
      () => clients.aws.close(),
    );
    const of = handlersOn(clients.aws, await temporaryFolder());
    const from = { cluster: 'production', service: 'web' };
    const entries = await of['revisions.list']({ ...clients.scope, family: 'web', ...from }, context);

    const numbers = entries.map(({ revision }) => revision.number);
    expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
    expect(entries.length).toBeGreaterThan(20);
    expect(entries.filter(({ running }) => running)).toHaveLength(1);
    expect(entries.at(-1)?.images[0]?.change).toBe('first');
    const changed = entries.flatMap(({ images }) => images).find(({ change }) => change === 'changed');
    expect(changed).toMatchObject({
      commitsUrl: expect.stringMatching(/^https:.*\/compare\//),
      before: { digest: expect.stringMatching(/^sha256:/) },
      after: { digest: expect.stringMatching(/^sha256:/), facts: { platforms: [{ architecture: 'amd64' }] } },
    });
  });
});

describe('revisions.list of a service with a moving tag', () => {
  it('has the image version of each revision by the digest of its release', async () => {
    const demo = await startTestSandbox({ scenario: 'demo' });
    const clients = await awsAtEndpoint(demo);
    cleanUps.push(
      () => demo.close(),
      () => clients.aws.close(),
    );
    const [ecs, ecr] = [clients.aws.ecs(clients.scope, 'clicked'), clients.aws.ecr(clients.scope, 'clicked')];
    const from = { cluster: 'production', service: 'search' };
    const { services } = await ecs.send(new DescribeServicesCommand({ ...from, services: [from.service] }));
    const current = await describeRevision(ecs, services?.[0]?.taskDefinition ?? '', signal);
    const image =
      current.taskDefinition.containerDefinitions?.[0]?.image?.replace(/:[^:/]*$/, ':latest') ?? '';
    const onLatest = withImages(registrationInput(current), [{ container: 'app', image }]);
    async function deployLatest() {
      const { taskDefinitionArn } = await registerRevision(ecs, onLatest, signal);
      await ecs.send(new UpdateServiceCommand({ ...from, taskDefinition: taskDefinitionArn }));
      return taskDefinitionArn;
    }

    await deployLatest();
    const { imageDetails = [] } = await ecr.send(new DescribeImagesCommand({ repositoryName: 'search' }));
    const other = imageDetails.find(({ imageTags = [] }) => !imageTags.includes('latest'));
    const imageIds = [{ imageDigest: other?.imageDigest }];
    const { images = [] } = await ecr.send(new BatchGetImageCommand({ repositoryName: 'search', imageIds }));
    const imageManifest = images[0]?.imageManifest;
    await ecr.send(new PutImageCommand({ repositoryName: 'search', imageManifest, imageTag: 'latest' }));
    const newestArn = await deployLatest();

    const of = handlersOn(clients.aws, await temporaryFolder());
    const [newest] = await of['revisions.list']({ ...clients.scope, family: 'search', ...from }, context);
    expect(newest).toMatchObject({
      revision: { arn: newestArn },
      running: true,
      images: [{ change: 'tag-moved', after: { tag: 'latest', digest: other?.imageDigest } }],
      otherDifferences: 0,
    });
  });
});

describe('revisions.get and revisions.diff', () => {
  it('show an INACTIVE revision with its status', async () => {
    await register(web(1));
    await aws.ecs(scope, 'clicked').send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'web:1' }));
    const { revision, json } = await handlers['revisions.get']({ ...scope, revision: 'web:1' }, context);
    expect(revision).toMatchObject({ name: 'web:1', status: 'INACTIVE', number: 1 });
    expect(JSON.parse(json)).toMatchObject({ family: 'web', containerDefinitions: [{ image: 'web:1' }] });
  });

  it('report that a revision does not exist', async () => {
    await register(web(1));
    await expect(handlers['revisions.get']({ ...scope, revision: 'web:7' }, context)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining("Revision web:7 doesn't exist"),
    });
  });

  it('compare two families', async () => {
    await register(web(1), {
      ...web(2, { environment: [{ name: 'MODE', value: 'x' }] }),
      family: 'web-admin',
    });
    const diff = await handlers['revisions.diff'](
      { ...scope, before: 'web:1', after: 'web-admin:1' },
      context,
    );
    expect(diff.images).toMatchObject([{ container: 'app', change: 'changed' }]);
    expect(diff.differences).toEqual([
      { container: 'app', subject: 'environment', name: 'MODE', kind: 'added', after: 'x' },
    ]);
    expect(diff.beforeJson).not.toBe(diff.afterJson);
  });
});

describe('families.list', () => {
  it('names the families that have an ACTIVE revision', async () => {
    await register(web(1), { ...web(1), family: 'worker' });
    await removePermanently('web:1');
    expect(await handlers['families.list'](scope, context)).toEqual([{ family: 'worker' }]);
  });
});
