import { linkSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RegisterTaskDefinitionCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../sandbox/start.ts';
import { createSteppedClock } from '../../../sandbox/testing/stepped-clock.ts';
import type { Drift, DriftPatch } from '../../../shared/model/drift.ts';
import { openReleaseEngine, type ReleaseEngine } from '../testing/release-engine.ts';
import { copilotManifest } from './copilot-manifest.ts';
import { createDriftHandlers } from './drift-handlers.ts';
import { writeBack } from './write-back.ts';

const context = { signal: new AbortController().signal, emit: () => undefined };
const SECRET = 'not-a-real-password';

let sandbox: Sandbox;
let denied: Sandbox;
let engine: ReleaseEngine;
let handlers: ReturnType<typeof createDriftHandlers>;
let folder: string;
const open = (of: ReleaseEngine) =>
  createDriftHandlers({ aws: of.dependencies.aws, projects: { list: () => [] }, host: { host: 'cli' } });

beforeAll(async () => {
  const clock = createSteppedClock({ start: new Date('2026-01-01T12:00:00Z') });
  sandbox = await startSandbox({ scenario: 'declared', clock });
  denied = await startSandbox({ scenario: 'declared', clock, deniedActions: ['cloudformation:*', 's3:*'] });
  engine = await openReleaseEngine(sandbox);
  handlers = open(engine);
});
afterAll(async () => {
  engine.close();
  await Promise.all([sandbox.close(), denied.close()]);
});
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'slipway-drift-')));
});
afterEach(() => rm(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const inputOf = (service: string) => ({ ...engine.service('shop', service), folders: [folder] });
const drift = (service: string): Promise<Drift> => handlers['drift.get'](inputOf(service), context);
const patches = async (service: string): Promise<readonly DriftPatch[]> =>
  (await handlers['drift.patch'](inputOf(service), context)).patches;
const image = (name: string): string => `${new URL(sandbox.endpoint).host}/${name}`;

const BACKEND = `terraform {
  backend "s3" {
    bucket = "acme-terraform-state"
    key    = "shop/terraform.tfstate"
  }
}
`;

describe('the drift of a service', () => {
  it('is none where a stack declares what runs, with its parameters and short forms worked out', async () => {
    expect(await drift('catalog')).toEqual({
      declarations: [
        expect.objectContaining({
          title: 'CloudFormation stack shop-catalog',
          isOwner: true,
          differences: [],
          computed: [{ name: 'variable DATABASE_PASSWORD of app', by: 'the secret shop/database' }],
        }),
      ],
      notRead: [],
    });
  });

  it('names what runs otherwise than a CDK stack declares it, variables without their values', async () => {
    const found = await drift('checkout');
    expect(found.declarations).toMatchObject([
      {
        kind: 'cdk',
        title: 'CDK stack shop-checkout',
        differences: [
          { name: 'desired count', declared: '2', running: '3' },
          { name: 'image of app', declared: image('checkout:2.0.0'), running: image('checkout:2.1.0') },
          { name: 'variable DATABASE_PASSWORD of app', running: 'set' },
        ],
      },
    ]);
    expect(JSON.stringify(found)).not.toContain(SECRET);
  });

  it('is found in a state of Terraform in S3, whose secrets are not shown', async () => {
    expect((await drift('worker')).notRead).toEqual([
      expect.stringMatching(
        /^The tags of the service name Terraform, and its declaration was not found\. Add/,
      ),
    ]);
    write('main.tf', BACKEND);
    const found = await drift('worker');
    expect(found.declarations).toMatchObject([
      {
        kind: 'terraform',
        where: 's3://acme-terraform-state/shop/terraform.tfstate',
        differences: [{ name: 'image of app' }],
      },
    ]);
    expect(JSON.stringify(found)).not.toContain(SECRET);
  });

  it('names the export and the parameter that may not be read, and compares the rest', async () => {
    const deniedActions = ['cloudformation:ListExports', 'ssm:GetParameters'];
    const limited = await startSandbox({ scenario: 'declared', deniedActions });
    const other = await openReleaseEngine(limited);
    try {
      const found = await open(other)['drift.get']({ ...other.service('shop', 'checkout') }, context);
      expect(found.declarations[0]?.computed).toEqual([
        expect.objectContaining({ name: 'image of app', by: 'the export shop-registry' }),
        { name: 'variable LOG_LEVEL of app', by: 'the SSM parameter /shop/log-level' },
      ]);
      expect(found.declarations[0]?.differences).toContainEqual({
        name: 'desired count',
        declared: '2',
        running: '3',
      });
    } finally {
      other.close();
      await limited.close();
    }
  });

  it('is a sentence where the stack may not be read', async () => {
    const other = await openReleaseEngine(denied);
    try {
      const found = await open(other)['drift.get']({ ...other.service('shop', 'checkout') }, context);
      expect(found.declarations).toEqual([]);
      expect(found.notRead).toEqual([
        expect.stringMatching(/^The stack shop-checkout could not be read\. .*cloudformation:/),
      ]);
    } finally {
      other.close();
    }
  });

  it('says what of a hostile or unknown state it does not read, and goes on', async () => {
    write('deep.tfstate', '['.repeat(200_000));
    write(
      'deeper.tfstate',
      `{"version":4,"terraform_version":"1","resources":${'['.repeat(100)}${']'.repeat(100)}}`,
    );
    write('new.tfstate', '{"version":9,"terraform_version":"9.0.0","resources":[]}');
    write(
      'sealed.tfstate',
      '{"serial":1,"lineage":"x","encrypted_data":"aGVsbG8=","encryption_version":"v0"}',
    );
    write('secret.tfstate', `{"password":"${SECRET}"`);
    const { declarations, notRead } = await drift('checkout');
    expect(declarations).toHaveLength(1);
    expect(notRead.map((sentence) => sentence.slice(folder.length + 1)).toSorted()).toEqual([
      'deep.tfstate is not compared: it is not JSON.',
      'deeper.tfstate is not compared: it has more than 64 levels.',
      'new.tfstate is not compared: it has version 9, and Slipway reads versions 3 and 4.',
      'sealed.tfstate is not compared: it is encrypted.',
      'secret.tfstate is not compared: it is not JSON.',
    ]);
  });

  it('is not looked for in folders that a page names', async () => {
    const page = createDriftHandlers({
      aws: engine.dependencies.aws,
      projects: { list: () => [] },
      host: { host: 'browser' },
    });
    await expect(page['drift.get'](inputOf('catalog'), context)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
  });
});

describe('the patch of a declaration', () => {
  const definition = (tag: string): string =>
    `{\r\n\t"family": "shop-checkout",\r\n\t"containerDefinitions": [\r\n\t\t{ "name": "app", "image": "${image(`checkout:${tag}`)}" }\r\n\t]\r\n}`;

  it('writes the running image into a task definition and keeps every other byte', async () => {
    const path = write('ecs/checkout.json', definition('2.0.0'));
    const found = await patches('checkout');
    const patch = found.find(({ file }) => file === path);
    expect(patch?.diff).toContain(`+\t\t{ "name": "app", "image": "${image('checkout:2.1.0')}" }`);
    expect(readFileSync(path, 'utf8')).toBe(definition('2.0.0'));
    await handlers['drift.applyPatch']({ id: patch?.id ?? '' }, context);
    expect(readFileSync(path, 'utf8')).toBe(definition('2.1.0'));
  });

  it('leaves a placeholder that a pipeline fills in, which is no difference', async () => {
    const path = write(
      'ecs/checkout.json',
      definition('2.0.0').replace(image('checkout:2.0.0'), '<IMAGE1_NAME>'),
    );
    const declared = (await drift('checkout')).declarations.find(({ where }) => where === path);
    expect(declared?.computed).toContainEqual(
      expect.objectContaining({ name: 'image of app', by: 'the placeholder <IMAGE1_NAME>' }),
    );
    expect((await patches('checkout')).find(({ title }) => title.includes('checkout.json'))).toMatchObject({
      sentence: expect.stringContaining('the placeholder <IMAGE1_NAME> gives the image of app'),
    });
  });

  it('is refused when the file has changed since, or is a link or a second name of a file outside', async () => {
    const path = write('checkout.json', definition('2.0.0'));
    const idOf = async (): Promise<string> =>
      (await patches('checkout')).find(({ file }) => file === path)?.id ?? '';
    const changed = await idOf();
    writeFileSync(path, definition('1.0.0'));
    await expect(handlers['drift.applyPatch']({ id: changed }, context)).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    const outside = join(tmpdir(), `slipway-outside-${process.pid}.json`);
    writeFileSync(outside, definition('1.0.0'));
    try {
      for (const place of [symlinkSync, linkSync]) {
        rmSync(path);
        writeFileSync(path, definition('1.0.0'));
        const id = await idOf();
        rmSync(path);
        place(outside, path);
        await expect(handlers['drift.applyPatch']({ id }, context)).rejects.toMatchObject({
          code: 'CONFLICT',
        });
      }
      expect(readFileSync(outside, 'utf8')).toBe(definition('1.0.0'));
    } finally {
      rmSync(outside);
    }
  });

  it('of a CDK stack says where in its code the image is', async () => {
    expect(await patches('checkout')).toEqual([
      {
        title: 'CDK stack shop-checkout',
        sentence: expect.stringContaining(
          `set the image of app to ${image('checkout:2.1.0')} in its code (ShopCheckout/`,
        ),
      },
    ]);
  });

  it('of Terraform changes the variable that the image is made of, or names it', async () => {
    write(
      'main.tf',
      `${BACKEND}locals {\n  app = [{ name = "app", image = "\${var.registry}/worker:\${var.worker_tag}" }]\n}\n`,
    );
    expect(await patches('worker')).toMatchObject([
      { sentence: expect.stringContaining('var.registry, var.worker_tag') },
    ]);
    const values = write('prod.tfvars', 'worker_tag = "0.8.0"\n');
    expect(await patches('worker')).toMatchObject([
      { file: values, diff: expect.stringContaining('+worker_tag = "0.9.0"') },
    ]);
  });

  it('of Terraform changes a variable of two containers once, and names the image that needs another value', () => {
    write('main.tf', `locals {\n  image = "web:\${var.tag}"\n}\n`);
    const values = write('prod.tfvars', 'tag = "1.0"\n');
    const files = { root: folder, documents: [], states: [], initialized: [] };
    const terraform = [join(folder, 'main.tf'), values];
    const containers = (images: readonly string[]) =>
      images.map((each, index) => ({ name: `c${index}`, image: each }));
    const written = (images: readonly string[]) =>
      writeBack(
        {
          kind: 'terraform',
          title: 'Terraform state main.tfstate',
          where: '',
          isOwner: true,
          declared: { taskDefinition: { containerDefinitions: containers(images.map(() => 'web:1.0')) } },
          notes: [],
          source: { kind: 'terraform', what: 'state', address: '', files: { ...files, terraform } },
        },
        { service: {}, content: { family: 'web', containerDefinitions: containers(images) } },
        [],
      );
    expect(written(['web:1.10', 'web:1.10']).changes).toMatchObject([{ after: 'tag = "1.10"\n' }]);
    const { changes, sentence } = written(['web:1.10', 'web:2']);
    expect(changes).toMatchObject([{ after: 'tag = "1.10"\n' }]);
    expect(sentence).toContain(
      'the image of c1 is declared in the same place as another image; set it to web:2',
    );
  });

  it('of a stack changes the image in a file that has its template, or the parameter in a file of parameters', async () => {
    const template = write(
      'template.yml',
      `Resources:\n  TaskDefinition:\n    Type: AWS::ECS::TaskDefinition\n    Properties:\n      ContainerDefinitions:\n        - {Name: app, Image: '${image('checkout:2.0.0')}'} # released\n`,
    );
    expect(await patches('checkout')).toMatchObject([
      {
        file: template,
        diff: expect.stringContaining(
          `+        - {Name: app, Image: '${image('checkout:2.1.0')}'} # released`,
        ),
      },
    ]);

    const { taskDefinition } = await engine.truth.send(
      new RegisterTaskDefinitionCommand({
        family: 'shop-catalog',
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        containerDefinitions: [{ name: 'app', image: image('catalog:3.0.0') }],
      }),
    );
    const revision = taskDefinition?.taskDefinitionArn;
    await engine.truth.send(
      new UpdateServiceCommand({ cluster: 'shop', service: 'catalog', taskDefinition: revision }),
    );
    expect(await patches('catalog')).toMatchObject([
      { sentence: expect.stringContaining('pass ImageTag=3.0.0 to the next update of shop-catalog') },
    ]);
    const parameters = write('prod.json', '[{"ParameterKey":"ImageTag","ParameterValue":"1.4.0"}]\n');
    expect(await patches('catalog')).toMatchObject([
      { file: parameters, diff: expect.stringContaining('"ParameterValue":"3.0.0"') },
    ]);
  });
});

it('a Copilot manifest declares the image of its service, with what an environment sets', () => {
  write('copilot/.workspace', 'application: shop\n');
  write(
    'copilot/api/manifest.yml',
    'name: api\ntype: Backend Service\ncpu: 256\ncount: 1\nimage: {location: api:1}\nenvironments:\n  test: {count: 2}\n',
  );
  const files = { root: folder, documents: [], terraform: [], states: [], initialized: [] };
  const place = { cluster: 'shop-test-Cluster-AB12', service: 'shop-test-api-Service-XY34' };
  const running = { service: {}, content: { family: 'shop-test-api', containerDefinitions: [] } };
  const { found } = copilotManifest(files, {
    ref: { ...engine.service('shop', 'checkout'), ...place },
    service: {},
    running,
  });
  expect(found).toMatchObject([
    {
      title: 'Copilot manifest copilot/api/manifest.yml',
      declared: {
        desiredCount: 2,
        taskDefinition: { cpu: '256' },
        parts: new Map([
          ['api', expect.objectContaining({ members: expect.objectContaining({ image: 'api:1' }) })],
        ]),
      },
    },
  ]);
});
