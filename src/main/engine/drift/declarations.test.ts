import { describe, expect, it } from 'vitest';
import { pass } from '../ecs/check.ts';
import { compareService } from './compare-service.ts';
import { Computed, type Declared } from './declared.ts';
import type { FoundDeclaration } from './found-declaration.ts';
import { ownerCheck } from './owner-check.ts';
import { readTemplate } from './read-template.ts';
import { parameterFor } from './stack.ts';
import { createEvaluator, type OutsideValue } from './template.ts';
import { readTerraform } from './terraform.ts';
import { ignoredChanges, initializedBackend } from './terraform-configuration.ts';
import { edited, literalAt } from './text-edit.ts';

const REF = { account: 'a', region: 'eu-west-1', cluster: 'shop', service: 'web' };
const ARN = 'arn:aws:ecs:eu-west-1:123456789012:service/shop/web';

/** What AWS says of values from outside of the stack. */
const OUTSIDE: Readonly<Record<string, string>> = {
  'export registry ': '123456789012.dkr.ecr.eu-west-1.amazonaws.com',
  'parameter /shop/tag ': '1.2.0',
  'parameter /shop/tag 3': '1.2.0',
};

function evaluated(
  template: string,
  parameters: Readonly<Record<string, Declared>> = {},
): Declared | undefined {
  const read = readTemplate(template) ?? {};
  const values = {
    parameters: new Map(Object.entries(parameters)),
    resources: new Map([['Repository', 'web']]),
    pseudo: new Map([
      ['AWS::AccountId', '123456789012'],
      ['AWS::Region', 'eu-west-1'],
      ['AWS::URLSuffix', 'amazonaws.com'],
    ]),
    outside: ({ kind, name, version = '' }: OutsideValue) => OUTSIDE[`${kind} ${name} ${version}`],
  };
  return createEvaluator(read, values)(read.Image);
}

describe('the image of a template', () => {
  it.each([
    [`Image: !Sub "\${Repo}:\${Tag}"`, 'web:1.10'],
    ['Image: !Join [":", [!Ref Repo, !Ref Tag]]', 'web:1.10'],
    [
      `Image: !Sub ["\${R}:1", {R: !GetAtt Repository.RepositoryUri}]\nResources: {Repository: {Type: AWS::ECR::Repository}}`,
      '123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1',
    ],
    ['Mappings: {M: {eu-west-1: {Image: web:2}}}\nImage: !FindInMap [M, !Ref AWS::Region, Image]', 'web:2'],
    ['Conditions: {C: !Equals [!Ref Tag, "1.10"]}\nImage: !If [C, web:yes, web:no]', 'web:yes'],
    ['Image: !Select [1, !Split [",", "a,web:3"]]', 'web:3'],
    [`{"Image": {"Fn::Sub": "web:\${Tag}"}}`, 'web:1.10'],
    ['Image: "web:{{resolve:ssm:/shop/tag}}"', 'web:1.2.0'],
    ['Image: !Join [":", [web, "{{resolve:ssm:/shop/tag:3}}"]]', 'web:1.2.0'],
    ['Image: !Join ["", ["web:{{resolve:ssm:", "/shop/tag", "}}"]]', 'web:1.2.0'],
    [
      `Image: !Sub ["\${R}/web:{{resolve:ssm:/shop/tag}}", {R: !ImportValue registry}]`,
      '123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1.2.0',
    ],
  ])('is worked out: %s', (template, image) => {
    expect(evaluated(template, { Repo: 'web', Tag: '1.10' })).toBe(image);
  });

  it.each([
    ['Image: !Ref Hidden', 'the parameter Hidden'],
    ['Image: "{{resolve:ssm:/shop/image:3}}"', 'the SSM parameter /shop/image'],
    ['Image: "{{resolve:ssm:/shop/tag:2}}"', 'the SSM parameter /shop/tag'],
    ['Image: "{{resolve:ssm-secure:/shop/tag}}"', 'the SSM parameter /shop/tag'],
    ['Image: "{{resolve:ssm:/shop/tag}}{{resolve:secretsmanager:key}}"', 'the secret key'],
    ['Image: !ImportValue shop-image', 'the export shop-image'],
    [`Image: !Sub "\${Build.Outputs.Image}"`, 'Build.Outputs.Image'],
    [
      'Conditions: {A: !Not [{Condition: B}], B: !Not [{Condition: A}]}\nImage: !If [A, x, y]',
      'the condition A',
    ],
  ])('is computed by what cannot be read: %s', (template, by) => {
    expect(evaluated(template, { Hidden: new Computed('the parameter Hidden') })).toEqual(new Computed(by));
  });

  it('of a template that is too deep or no template is not read', () => {
    expect(readTemplate(`{"Image": ${'['.repeat(5_000)}${']'.repeat(5_000)}}`)).toBeUndefined();
    expect(readTemplate('Image: &a [*a]\nOther: {')).toBeUndefined();
  });

  it('is made another one by one parameter, if one can', () => {
    const stack = (image: string) => {
      const template = readTemplate(`Image: ${image}`) ?? {};
      const parameters = new Map<string, Declared>([
        ['Repo', 'shop/web'],
        ['Tag', '1'],
      ]);
      const values = { parameters, resources: new Map(), pseudo: new Map(), outside: () => undefined };
      return { template, values, images: new Map([['app', template.Image ?? null]]) };
    };
    expect(parameterFor(stack(`!Sub "\${Repo}:\${Tag}"`), 'app', 'shop/web:2')).toEqual({
      name: 'Tag',
      before: '1',
      value: '2',
    });
    expect(parameterFor(stack(`!Sub "\${Repo}:1"`), 'app', 'shop/web:2')).toBeUndefined();
    expect(parameterFor(stack('web:1'), 'app', 'web:2')).toBeUndefined();
  });
});

describe('Terraform', () => {
  it('reads a state of version 3', () => {
    const attributes = {
      id: ARN,
      name: 'web',
      cluster: 'shop',
      desired_count: '2',
      task_definition: 'web:4',
    };
    const state = {
      version: 3,
      terraform_version: '0.11.14',
      modules: [
        {
          path: ['root', 'shop'],
          resources: { 'aws_ecs_service.web': { type: 'aws_ecs_service', primary: { id: ARN, attributes } } },
        },
      ],
    };
    expect(readTerraform(JSON.stringify(state), REF, ARN)).toEqual({
      state: 'read',
      what: 'state',
      service: {
        address: 'module.shop.aws_ecs_service.web',
        declared: { desiredCount: '2', revision: 'web:4' },
      },
    });
  });

  it('reads a plan, and names the variable of what is known only after it is applied', () => {
    const resource = (type: string, values: object) => ({
      address: `${type}.web`,
      mode: 'managed',
      type,
      values,
    });
    const plan = {
      format_version: '1.2',
      planned_values: {
        root_module: {
          resources: [
            resource('aws_ecs_task_definition', { family: 'web', cpu: '256' }),
            resource('aws_ecs_service', { name: 'web', cluster: 'shop', desired_count: 2 }),
          ],
        },
      },
      configuration: {
        root_module: {
          resources: [
            {
              address: 'aws_ecs_task_definition.web',
              expressions: { container_definitions: { references: ['var.tag'] } },
            },
            {
              address: 'aws_ecs_service.web',
              expressions: { task_definition: { references: ['aws_ecs_task_definition.web.arn'] } },
            },
          ],
        },
      },
    };
    expect(readTerraform(JSON.stringify(plan), REF, ARN)).toMatchObject({
      what: 'plan',
      service: {
        declared: { taskDefinition: { cpu: '256', containerDefinitions: new Computed('the variable tag') } },
      },
    });
  });

  it('finds what a service ignores, and the backend of a workspace', () => {
    const block =
      'resource "aws_ecs_service" "web" {\n  lifecycle { ignore_changes = [task_definition, desired_count] }\n}\n';
    expect([...ignoredChanges([block], 'module.a.aws_ecs_service.web[0]')]).toEqual([
      'task_definition',
      'desired_count',
    ]);
    expect(ignoredChanges([block], 'aws_ecs_service.other').size).toBe(0);
    const backend = { backend: { type: 's3', config: { bucket: 'b', key: 'k', region: 'eu-west-1' } } };
    expect(initializedBackend(JSON.stringify(backend), 'prod')).toEqual({
      bucket: 'b',
      key: 'env:/prod/k',
      region: 'eu-west-1',
    });
  });
});

describe('the owner of a service', () => {
  const content = (image: string) => ({ family: 'web', containerDefinitions: [{ name: 'app', image }] });
  const service = { desiredCount: 2, taskDefinition: 'web:1' };
  const planned = (image: string) => ({
    before: { service, content: content('web:1') },
    after: { service, content: content(image) },
  });
  const owner = (image: Declared, more: Partial<FoundDeclaration> = {}): FoundDeclaration => ({
    kind: 'terraform',
    title: 'Terraform state main.tfstate',
    where: '',
    isOwner: true,
    declared: { taskDefinition: { containerDefinitions: [{ name: 'app', image }] }, desiredCount: 5 },
    notes: [],
    source: { kind: 'project-file' },
    ...more,
  });
  const check = (found: FoundDeclaration, image: string) =>
    ownerCheck({ found: [found], notRead: [] }, planned(image), pass('owner', 'Nobody'));

  it('is named with what it puts back, only of what the plan changes', () => {
    const { result, advice } = check(owner('web:1'), 'web:2');
    expect(result).toBe('warn');
    expect(advice).toContain('puts back image of app (web:1), unless');
    expect(advice).not.toContain('desired count');
  });

  it('is no warning where it declares what the plan sets, or ignores it', () => {
    expect(check(owner('web:2'), 'web:2').result).toBe('pass');
    expect(check(owner('web:1', { ignored: new Set(['task_definition']) }), 'web:2').result).toBe('pass');
  });

  it('is named with what computes the image, and with what could not be read', () => {
    expect(check(owner(new Computed('the variable tag')), 'web:2').advice).toContain('from the variable tag');
    const unread = ownerCheck(
      { found: [], notRead: ['No right.'] },
      planned('web:2'),
      pass('owner', 'Nobody'),
    );
    expect(unread).toMatchObject({ result: 'warn', advice: 'No right. Its next run may undo this change.' });
  });
});

it('a command in another order is a difference, and compatibilities have no order', () => {
  const content = (command: string[], compatibilities: ('EC2' | 'FARGATE')[]) => ({
    family: 'web',
    requiresCompatibilities: compatibilities,
    containerDefinitions: [{ name: 'app', command }],
  });
  const declared = { taskDefinition: content(['a', 'b'], ['EC2', 'FARGATE']) };
  const running = { service: {}, content: content(['b', 'a'], ['FARGATE', 'EC2']) };
  expect(compareService(declared, running)).toMatchObject([
    { name: 'requiresCompatibilities', state: 'same' },
    { name: 'command of app', state: 'differs' },
  ]);
});

it('what runs as the tag and its digest is the tag that is declared', () => {
  const running = { family: 'web', containerDefinitions: [{ name: 'app', image: 'web:1@sha256:ab' }] };
  const declared = { taskDefinition: { containerDefinitions: [{ name: 'app', image: 'web:1' }] } };
  expect(compareService(declared, { service: {}, content: running })).toMatchObject([{ state: 'same' }]);
});

describe('a literal of a document', () => {
  it.each([
    ['image:\n  location: web:1 # the image\n', 'image:\n  location: web:2 # the image\n'],
    ["image: {location: 'web:1'}\r\nname: x\r\n", "image: {location: 'web:2'}\r\nname: x\r\n"],
    ['{"image": {"location": "web:1"}}', '{"image": {"location": "web:2"}}'],
  ])('is replaced in %j and the rest is kept', (before, after) => {
    const literal = literalAt(before, ['image', 'location']);
    expect(literal?.value).toBe('web:1');
    expect(edited(before, literal === undefined ? [] : [literal.replace('web:2')])).toBe(after);
  });

  it('is none where a function of CloudFormation stands', () => {
    expect(literalAt('Image: !Sub web', ['Image'])).toBeUndefined();
  });
});
