import { dirname, join, normalize } from 'node:path';
import { importsOf } from '../imports.ts';
import { isTestFile } from './import-rules.ts';

/**
 * The layers of an area, lowest first, as docs/architecture.md draws them. A folder may import folders of lower layers
 * and nothing else of its area, so that no two folders can import each other. `.` is the folder of the area itself.
 */
const AREAS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'src/main/engine': [
    ['ports', 'storage'],
    ['caches', 'environments', 'jobs', 'journal', 'network'],
    ['aws/sign-in'],
    ['approvals', 'aws', 'settings'],
    ['ledger'],
    ['ecs', 'images', 'task-failures'],
    ['catalog', 'docker', 'permissions', 'register', 'revisions/cache', 'revisions/diff', 'task-triggers'],
    ['logs'],
    [
      'cleanup/jobs',
      'commits',
      'diagnosis',
      'metrics',
      'overview',
      'promotion',
      'revisions/editor',
      'sessions',
      'use',
    ],
    ['cleanup/images', 'cleanup/revisions', 'drift', 'revisions/read', 'tasks'],
    ['cleanup', 'revisions/history'],
    ['releases/model', 'revisions/compare'],
    ['releases/watch', 'revisions'],
    ['releases/checks'],
    ['releases/execution'],
    ['releases/task-sets'],
    ['releases/plan'],
    ['releases', 'releases/code-deploy'],
    ['fleet', 'search'],
    ['timeline'],
    ['.'],
  ],
  'src/renderer/src': [
    ['lib'],
    ['ui'],
    [
      'features/accounts',
      'features/code-deploy',
      'features/drift',
      'features/environments',
      'features/events',
      'features/images',
      'features/jobs',
      'features/locks',
      'features/logs',
      'features/metrics',
      'features/prompts',
      'features/task-sets',
    ],
    [
      'features/cleanup',
      'features/clusters',
      'features/palette',
      'features/repositories',
      'features/revisions',
    ],
    ['features/cluster-comparison', 'features/deployments', 'features/plan'],
    [
      'features/approvals',
      'features/docker',
      'features/fleet',
      'features/journal',
      'features/revision-editor',
      'features/rollback',
      'features/sessions',
      'features/tasks',
    ],
    ['features/deploy'],
    ['features/diagnosis'],
    ['features/rollout'],
    ['features/services', 'features/timeline'],
    ['features/settings'],
    ['app'],
    ['.'],
  ],
  'src/sandbox': [
    ['core'],
    ['http', 'storage'],
    ['aws-api', 'registry', 'services/sessions'],
    [
      'services/cloudformation',
      'services/cloudwatch',
      'services/dynamodb',
      'services/ecr',
      'services/ecs/simulation',
      'services/elbv2',
      'services/eventbridge',
      'services/identity-center',
      'services/kms',
      'services/logs',
      'services/s3',
      'services/scheduler',
      'services/secrets-manager',
      'services/ssm',
      'services/step-functions',
      'traffic',
    ],
    [
      'services',
      'services/application-auto-scaling',
      'services/codedeploy',
      'services/ecs/operations',
      'services/iam',
    ],
    ['services/ecs', 'services/sts'],
    ['scenarios'],
    ['.'],
  ],
};

/** The one import inside of a layer: the simulated ECS registers targets with the simulated load balancers. */
const SAME_LAYER: readonly (readonly [string, string])[] = [
  ['src/sandbox/services/ecs/simulation', 'src/sandbox/services/elbv2'],
];

/** The imports of a production file that its layer does not allow, each as a line to show. */
export function layerBreachesOf(file: string, source: string): readonly string[] {
  const area = areaOf(file);
  if (area === undefined || isTestFile(file)) return [];
  const layer = layerOf(area, file);
  if (layer === undefined) return [`${file} is in a folder that has no layer`];
  return importsOf(file, source).flatMap(({ specifier, offset }) => {
    const target = specifier.startsWith('.') ? normalize(join(dirname(file), specifier)) : undefined;
    if (target === undefined || areaOf(target) !== area || dirname(target) === dirname(file)) return [];
    const line = `${file}:${source.slice(0, offset).split('\n').length}`;
    if (isTestFile(target)) return [`${line} may not import ${specifier}, which is for tests`];
    const other = layerOf(area, target);
    if (other !== undefined && other < layer) return [];
    if (SAME_LAYER.some(([from, to]) => dirname(file) === from && dirname(target) === to)) return [];
    return [`${line} may not import ${specifier}: its folder is in no lower layer`];
  });
}

/** Groups of nodes that reach each other; none when nothing goes in a circle (Tarjan's strongly connected components). */
export function circlesOf(graph: ReadonlyMap<string, ReadonlySet<string>>): readonly (readonly string[])[] {
  const indexes = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];

  function visit(node: string): number {
    const index = indexes.size;
    indexes.set(node, index);
    lowest.set(node, index);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      const reached = indexes.has(next) ? onStack(next) : visit(next);
      lowest.set(node, Math.min(lowest.get(node) ?? index, reached));
    }
    const low = lowest.get(node) ?? index;
    if (low === index) {
      const circle = stack.splice(stack.indexOf(node));
      if (circle.length > 1) circles.push(circle);
    }
    return low;
  }

  function onStack(node: string): number {
    return stack.includes(node) ? (indexes.get(node) ?? Infinity) : Infinity;
  }

  for (const node of graph.keys()) {
    if (!indexes.has(node)) visit(node);
  }
  return circles;
}

function areaOf(file: string): string | undefined {
  return Object.keys(AREAS).find((area) => file.startsWith(`${area}/`));
}

function layerOf(area: string, file: string): number | undefined {
  const folder = dirname(file) === area ? '.' : dirname(file).slice(area.length + 1);
  const layer = (AREAS[area] ?? []).findIndex((folders) => folders.includes(folder));
  return layer === -1 ? undefined : layer;
}
