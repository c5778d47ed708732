import type { CommitsBetween } from '../../../shared/model/commits.ts';
import type { CurrentSettings } from '../../../shared/model/current-settings.ts';
import type { ServiceDetail } from '../../../shared/model/service.ts';

const IMAGE = '127.0.0.1:5000/acme/web:1.8.3';

/** A service of three healthy tasks. */
export const A_SERVICE: ServiceDetail = {
  name: 'web',
  arn: 'arn:aws:ecs:us-east-1:111111111111:service/main/web',
  cluster: 'main',
  cells: ['healthy', 'healthy', 'healthy'],
  imageVersion: '1.8.3',
  environment: 'development',
  state: 'steady',
  desired: 3,
  running: 3,
  pending: 0,
  taskDefinitionArn: 'arn:aws:ecs:us-east-1:111111111111:task-definition/web:41',
  revision: 'web:41',
  family: 'web',
  controller: 'ECS',
  configuration: [],
  runs: [{ container: 'app', image: IMAGE, digests: [] }],
  events: [],
  tags: [],
  consoleUrl: 'https://us-east-1.console.aws.amazon.com/ecs',
};

/** What it is set to. */
export const SOME_SETTINGS: CurrentSettings = {
  revision: 'web:41',
  cpu: '256',
  memory: '512',
  containers: [
    {
      container: 'app',
      image: IMAGE,
      memory: 384,
      environment: [{ name: 'LOG_LEVEL', value: 'info' }],
      secrets: [],
    },
  ],
  strategy: 'LINEAR',
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  stepPercent: 20,
  circuitBreaker: { enable: true, rollback: true },
  alarms: { enable: true, rollback: false, names: ['web-5xx'] },
  hooks: [{ name: 'smoke-test', stages: ['POST_SCALE_UP'] }],
  desiredCount: 3,
  enableExecuteCommand: false,
  platformVersion: '1.4.0',
};

/** Two images whose labels name their commits, as the engine answers without a clone. */
export function noClone(more: Partial<CommitsBetween> = {}): CommitsBetween {
  const source = 'https://github.com/acme/web';
  return {
    running: { commit: '1a2b3c4d5e6f', source },
    chosen: { commit: '4be91d7c0ffee', source },
    order: 'unknown',
    commits: [],
    total: 0,
    missing: 0,
    isBuiltEarlier: false,
    repository: source,
    commitsUrl: `${source}/compare/1a2b3c4d5e6f...4be91d7c0ffee`,
    ...more,
  };
}
