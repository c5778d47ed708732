import type { Cluster } from '../../shared/model/cluster.ts';
import type { JournalEntry } from '../../shared/model/journal.ts';
import type { ServiceRow } from '../../shared/model/service.ts';

/** As long as ECS allows, without a place to break it. */
export const LONG_NAME = 'a-very-long-name-that-somebody-has-generated-'.repeat(6).slice(0, 255);

/** Names that differ in their number. */
export function manyOf(count: number, kind: string): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${kind}-${index + 1}`);
}

export function aCluster(name: string): Cluster {
  return {
    name,
    arn: `arn:aws:ecs:us-east-1:123456789012:cluster/${name}`,
    status: 'ACTIVE',
    environment: 'production',
    services: 12,
    runningTasks: 1204,
    pendingTasks: 3,
  };
}

export function aServiceRow(name: string): ServiceRow {
  return {
    name,
    arn: `arn:aws:ecs:us-east-1:123456789012:service/main/${name}`,
    cluster: 'main',
    state: 'deploying',
    desired: 4,
    running: 3,
    pending: 1,
    cells: ['healthy', 'running', 'pending', 'failing'],
    revision: `${name}:41`,
    imageVersion: name.length > 100 ? name : '1.8.3',
  };
}

export function aFamily(family: string) {
  return { family, hasActive: family.length % 2 === 0 };
}

export function aJournalEntry(subject: string): JournalEntry {
  return {
    id: crypto.randomUUID(),
    at: '2026-01-02T15:47:00.000Z',
    account: 'sandbox',
    region: 'us-east-1',
    cluster: 'main',
    subject,
    kind: 'deploy',
    title: `Deploy acme/web:1.9.0 to ${subject}`,
    why: `SHOP-1182 for ${subject}`,
    callerIdentity: 'mira',
    calls: [{ operation: 'UpdateService', target: `main/${subject}` }],
    steps: [],
    state: 'done',
    outcome: 'succeeded',
    sentence: `${subject} runs acme/web:1.9.0.`,
    settledAt: '2026-01-02T15:49:00.000Z',
  };
}
