import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { Deployment, Diagnosis, FailureGroup, Rollout } from '../../../../shared/model/deployment.ts';
import { type Journal, openJournal } from '../../journal/journal.ts';
import { recordEnd, recordKnownEnds, recordLoss } from './record-outcome.ts';

const ARN = 'arn:aws:ecs:eu-central-1:111122223333:service-deployment/production/web/abc';
const CRASH: FailureGroup = { cause: 'exited with code 1', container: 'web', exitCode: 1, times: 3 };
const SENTENCE = 'web exited with code 1 (3 times); ECS rolled back to web:41.';
const rolledBack: Deployment = {
  arn: ARN,
  id: 'abc',
  status: 'ROLLBACK_SUCCESSFUL',
  outcome: 'rolled-back',
  revision: 'web:42',
  previousRevision: 'web:41',
  images: [],
  isRollbackTarget: false,
};

let folder: string;
let journal: Journal;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'outcomes-'));
  journal = openJournal({ data: folder }, pino({ level: 'silent' }), { now: () => new Date() });
});

afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true });
});

function begin(kind: 'deploy' | 'stop'): string {
  const where = { account: 'profile:prod', region: 'eu-central-1', cluster: 'production', subject: 'web' };
  const id = journal.entries.begin({ ...where, kind, title: 'Deploy web:42 to web' });
  journal.entries.update(id, { deploymentArn: ARN });
  return id;
}

function rollout(failures: readonly FailureGroup[], sentence: string): Rollout {
  return { deployment: rolledBack, taskGroups: [], failures, events: [], sentence };
}

describe('the end of a deployment', () => {
  it('is a failure of its release and a success of its stop', () => {
    const deploy = begin('deploy');
    const stop = begin('stop');
    recordEnd(journal, rollout([CRASH], SENTENCE));
    expect(journal.entries.find(deploy)).toMatchObject({
      state: 'failed',
      outcome: 'rolled-back',
      sentence: SENTENCE,
    });
    expect(journal.entries.find(stop)).toMatchObject({ state: 'done', outcome: 'rolled-back' });
  });

  it('keeps its cause when ECS has forgotten the failed tasks', () => {
    const deploy = begin('deploy');
    recordEnd(journal, rollout([CRASH], SENTENCE));
    const later = recordEnd(journal, rollout([], 'The deployment failed; ECS rolled back to web:41.'));
    expect(later.sentence).toBe(SENTENCE);
    expect(journal.entries.find(deploy)?.sentence).toBe(SENTENCE);
  });

  it('keeps the evidence, to be shown when ECS has forgotten it', () => {
    begin('deploy');
    const diagnosis: Diagnosis = {
      kind: 'crashed',
      sentence: SENTENCE,
      help: 'Read the last lines of web.',
      failureTimeline: [],
      stoppedTasks: [CRASH],
      lastLines: {
        container: 'web',
        taskId: '7c1e',
        logGroup: '/ecs/web',
        logStream: 'ecs/web/7c1e',
        lines: [{ text: 'process exits with code 1' }],
      },
      targets: [],
      alarms: [],
      events: [],
      gaps: [],
    };
    recordEnd(journal, { ...rollout([CRASH], SENTENCE), diagnosis });
    const later = recordEnd(journal, rollout([], 'The deployment failed; ECS rolled back to web:41.'));
    expect(later.diagnosis).toEqual(diagnosis);
    expect(later.failures).toEqual([CRASH]);
  });

  it('is also known from the history, and a watch adds the cause', () => {
    const deploy = begin('deploy');
    recordKnownEnds(journal, [rolledBack]);
    expect(journal.entries.find(deploy)?.sentence).toContain('ECS rolled back to web:41.');
    recordEnd(journal, rollout([CRASH], SENTENCE));
    expect(journal.entries.find(deploy)?.sentence).toBe(SENTENCE);
  });

  it('has the cause that was read, even if nobody watched it', () => {
    const deploy = begin('deploy');
    recordKnownEnds(journal, [rolledBack], new Map([[ARN, 'web exited with code 1 (3 times).']]));
    expect(journal.entries.find(deploy)?.sentence).toBe(SENTENCE);
  });

  it('is open while it is unknown, and lost with the service', () => {
    const deploy = begin('deploy');
    recordKnownEnds(journal, [{ ...rolledBack, status: 'IN_PROGRESS', outcome: 'in-progress' }]);
    recordLoss(journal, ARN, new SlipwayError('AUTH_REQUIRED', 'Sign in again.'));
    expect(journal.entries.find(deploy)?.state).toBe('open');
    recordLoss(journal, ARN, new SlipwayError('NOT_FOUND', 'The service was deleted.'));
    expect(journal.entries.find(deploy)).toMatchObject({
      state: 'failed',
      sentence: 'The service was deleted.',
    });
  });
});
