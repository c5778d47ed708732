import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const ENGINE = path.join(import.meta.dirname, '..');
const DOCUMENT = path.join(ENGINE, '..', '..', '..', 'docs', 'permissions.md');

/** IAM's names of the services, by the SDK's packages. */
const PREFIXES: Readonly<Record<string, string>> = {
  'application-auto-scaling': 'application-autoscaling',
  cloudformation: 'cloudformation',
  cloudwatch: 'cloudwatch',
  'cloudwatch-logs': 'logs',
  codedeploy: 'codedeploy',
  ecr: 'ecr',
  ecs: 'ecs',
  'elastic-load-balancing-v2': 'elasticloadbalancing',
  eventbridge: 'events',
  iam: 'iam',
  s3: 's3',
  kms: 'kms',
  scheduler: 'scheduler',
  'secrets-manager': 'secretsmanager',
  sfn: 'states',
  ssm: 'ssm',
  sts: 'sts',
};

/** What comes with a call of another name: tags, roles that are passed, the WebSocket of a session, and a push, which the registry asks for. */
const BESIDE = new Set([
  'ecr:TagResource',
  'ecs:TagResource',
  'iam:PassRole',
  'ssmmessages:OpenDataChannel',
  'ecr:BatchCheckLayerAvailability',
  'ecr:CompleteLayerUpload',
  'ecr:InitiateLayerUpload',
  'ecr:PutImage',
  'ecr:UploadLayerPart',
]);

const IMPORT = /import \{(?<names>[^}]*)\} from '@aws-sdk\/client-(?<service>[a-z0-9-]+)'/g;
const CALL = /\b(?:(?<command>[A-Z]\w*)Command|paginate(?<pages>[A-Z]\w*))\b/g;

/** The calls of a sign-in are made without an identity, so no policy allows or denies them. */
const WITHOUT_IDENTITY = new Set(['sso', 'sso-oidc']);

/** The actions of every AWS call that the engine imports. */
function actionsOfEngine(): ReadonlySet<string> {
  const files = readdirSync(ENGINE, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !/\.test\.ts$|(?:^|\/)testing\//.test(file),
  );
  const actions = files.flatMap((file) => {
    const source = readFileSync(path.join(ENGINE, file), 'utf8');
    return [...source.matchAll(IMPORT)].flatMap(({ groups: { names = '', service = '' } = {} }) =>
      WITHOUT_IDENTITY.has(service)
        ? []
        : [...names.matchAll(CALL)].map(
            ({ groups: { command, pages } = {} }) => `${PREFIXES[service] ?? service}:${command ?? pages}`,
          ),
    );
  });
  return new Set(actions);
}

function actionsOfDocument(): readonly string[] {
  const text = readFileSync(DOCUMENT, 'utf8');
  return [...text.matchAll(/"(?<action>[a-z0-9-]+:[A-Z]\w+)"(?!:)/g)].map(
    ({ groups }) => groups?.action ?? '',
  );
}

it('docs/permissions.md lists every action that the engine uses, once, and no other', () => {
  const listed = actionsOfDocument();
  const asked = [...actionsOfEngine(), ...BESIDE];
  expect(asked.length).toBeGreaterThan(60);
  expect(listed.toSorted()).toEqual([...new Set(asked)].toSorted());
});
