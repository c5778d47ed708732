import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { JournalEntry } from '../../../shared/model/journal.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { type Journal, openJournal } from '../journal/journal.ts';
import { withEndsOfOthers } from './ends-of-others.ts';
import type { LedgerEntries } from './ledger-entries.ts';

const logger = pino({ level: 'silent' });
const PLACE = { account: 'profile:prod', region: 'us-east-1', cluster: 'shop' };
const DEPLOYMENT = 'arn:aws:ecs:us-east-1:1:service-deployment/shop/web/1';
const { signal } = new AbortController();

let now = new Date();
let folder: string;
let journal: Journal;
beforeEach(() => {
  now = new Date('2026-11-30T10:00:00Z');
  folder = mkdtempSync(path.join(tmpdir(), 'ends-'));
  journal = openJournal({ data: folder }, logger, { now: () => now });
});
afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true });
});

function receive(version = 1, end: Partial<JournalEntry> = {}, id: string = randomUUID()): string {
  const entry: JournalEntry = {
    ...PLACE,
    id,
    at: now.toISOString(),
    subject: 'web',
    kind: 'deploy',
    title: 'Deploy web:2 to web',
    calls: [],
    steps: [],
    state: 'open',
    deploymentArn: DEPLOYMENT,
    ...end,
  };
  journal.shared.receive([{ entry, host: 'GitHub Actions acme/web #7', version }]);
  return id;
}

/** A ledger that has nothing new, before an ECS that knows how the deployment ended. */
function open(read: (service: ServiceRef) => void) {
  const quiet = { received: 0, waiting: 0 };
  const ledger: LedgerEntries = {
    share: async () => quiet,
    older: async () => quiet,
    sync: async () => quiet,
  };
  return withEndsOfOthers(ledger, {
    journal,
    logger,
    clock: { now: () => now },
    readDeployments: async (service) => {
      read(service);
      return [];
    },
  });
}

function passMinutes(minutes: number): void {
  now = new Date(now.getTime() + minutes * 60_000);
}

it('ECS is asked for the end of a release whose machine has not stored it for 15 minutes, and not again at once', async () => {
  receive();
  const asked: ServiceRef[] = [];
  const entries = open((service) => void asked.push(service));
  await entries.sync(PLACE, signal);
  passMinutes(14);
  await entries.sync(PLACE, signal);
  expect(asked).toEqual([]);
  passMinutes(1);
  await entries.sync({ ...PLACE, account: 'profile:other', service: 'web' }, signal);
  await entries.sync(PLACE, signal);
  passMinutes(15);
  await entries.sync(undefined, signal);
  const web = { ...PLACE, service: 'web' };
  expect(asked).toEqual([web, web]);
});

it('services of the same name in two accounts are asked about independently', async () => {
  const staging = { ...PLACE, account: 'profile:staging' };
  receive();
  receive(1, { ...staging, deploymentArn: DEPLOYMENT.replace(':1:', ':2:') });
  passMinutes(15);
  const asked: string[] = [];
  const entries = open(({ account }) => void asked.push(account));
  await entries.sync(PLACE, signal);
  await entries.sync(staging, signal);
  expect(asked).toEqual(['profile:prod', 'profile:staging']);
});

it('a change whose machine died before it had a deployment has failed after a day, until that machine stores its end', async () => {
  const id = receive(1, { deploymentArn: undefined });
  const entries = open(() => undefined);
  passMinutes(24 * 60 - 1);
  await entries.sync(PLACE, signal);
  expect(journal.entries.find(id)?.state).toBe('open');
  passMinutes(1);
  await entries.sync(PLACE, signal);
  expect(journal.entries.find(id)).toMatchObject({
    state: 'failed',
    sentence: expect.stringContaining('GitHub Actions acme/web #7 has not stored how this ended'),
  });
  receive(2, { state: 'done', outcome: 'succeeded' }, id);
  expect(journal.entries.find(id)?.state).toBe('done');
});

it('own releases and those that have ended are not asked about, and a refused read changes nothing', async () => {
  journal.entries.begin({ ...PLACE, subject: 'own', kind: 'deploy', title: 'Deploy own:2 to own' });
  const id = receive();
  passMinutes(20);
  const asked: string[] = [];
  const entries = open(({ service }) => {
    asked.push(service);
    throw new Error('refused');
  });
  expect(await entries.sync(PLACE, signal)).toEqual({ received: 0, waiting: 0 });
  journal.entries.update(id, { state: 'done', outcome: 'succeeded' });
  passMinutes(20);
  await entries.sync(PLACE, signal);
  expect(asked).toEqual(['web']);
});

it('what the machine of a release stores later replaces what ECS has told', () => {
  const id = receive();
  journal.entries.update(id, { state: 'failed', outcome: 'rolled-back', sentence: 'ECS rolled back.' });
  receive(2, { sentence: 'web exited with code 1 (3 times); ECS rolled back to web:1.' }, id);
  expect(journal.entries.find(id)?.sentence).toContain('web exited with code 1');
});
