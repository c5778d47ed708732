import type { Plan, Release } from '../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import type { SharedPlan } from '../../../shared/model/shared-plan.ts';

export const SERVICE: ServiceRef = {
  account: 'profile:acme-prod',
  region: 'us-east-1',
  cluster: 'main',
  service: 'web',
};

const OLD_DIGEST = `sha256:9f2c41ab${'0'.repeat(56)}`;
const NEW_DIGEST = `sha256:c07d5e13${'0'.repeat(56)}`;

/** A plan that deploys web 1.9.0 where 1.8.3 runs, outside of production. */
export function aPlan(change: Partial<Plan> = {}): Plan {
  return {
    id: '0b8f8d4e-3d0c-4a68-9b5c-0f0c7b0f9a01',
    kind: 'deploy',
    service: SERVICE,
    environment: 'development',
    createdAt: '2026-11-20T16:00:00Z',
    title: 'Deploy web:42 to web',
    base: {
      taskDefinitionArn: 'arn:aws:ecs:us-east-1:111111111111:task-definition/web:41',
      revision: 'web:41',
    },
    images: [
      {
        container: 'app',
        change: 'changed',
        before: { image: 'acme/web:1.8.3', tag: '1.8.3', digest: OLD_DIGEST },
        after: { image: 'acme/web:1.9.0', tag: '1.9.0', digest: NEW_DIGEST },
      },
    ],
    differences: [
      {
        container: 'app',
        subject: 'environment',
        name: 'ROUNDING',
        kind: 'changed',
        before: 'floor',
        after: 'half-even',
      },
    ],
    serviceDifferences: [],
    unchanged: 47,
    checks: [
      { rule: 'nobody-else', result: 'pass', message: 'Nobody else is deploying' },
      { rule: 'tag', result: 'warn', message: 'The tag 1.9.0 can be overwritten' },
    ],
    canExecute: true,
    calls: [
      { operation: 'RegisterTaskDefinition', target: 'web' },
      { operation: 'UpdateService', target: 'web' },
    ],
    commands: ['aws ecs update-service --cluster main --service web --task-definition "$revision"'],
    ...change,
  };
}

export const RELEASE: Release = {
  id: '2c6f0d5e-8b1a-4a3e-9c67-6a4f0f3a7b02',
  service: SERVICE,
  kind: 'deploy',
  title: 'Deploy web:42 to web',
  registered: true,
  deploymentArn: 'arn:aws:ecs:us-east-1:111111111111:service-deployment/main/web/abc',
};

/** The same plan as another person shared it in the ledger. */
export const SHARED: SharedPlan = {
  id: aPlan().id,
  service: SERVICE,
  kind: 'deploy',
  title: 'Deploy web:42 to web',
  base: 'web:41',
  images: [{ container: 'app', image: 'acme/web:1.9.0', digest: NEW_DIGEST }],
  why: 'OPS-12',
  overrides: [],
  plannedBy: 'arn:aws:sts::111111111111:assumed-role/deployer/mira',
  host: 'laptop-7',
  hash: 'f'.repeat(64),
  at: '2026-11-20T16:00:00Z',
  expiresAt: '2026-11-21T16:00:00Z',
};
