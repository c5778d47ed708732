import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type KeptAnswers, openKeptAnswers } from './kept-answers.ts';

const SCOPE = { account: 'profile:shop', region: 'eu-west-1', endpoint: '' };
const DAY_MS = 86_400_000;

let folder: string;
let now: Date;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'answers-'));
  now = new Date('2026-11-01T08:00:00Z');
});
afterEach(() => rmSync(folder, { recursive: true }));

function open(): KeptAnswers {
  return openKeptAnswers({ paths: { data: folder }, logger: pino({ level: 'silent' }) }, { now: () => now });
}

it('an answer is found again after a restart with its time, at its own endpoint alone', () => {
  const first = open();
  first.keep(SCOPE, 'clusters', ['main']);
  first.close();
  const second = open();
  expect(second.read(SCOPE, 'clusters')).toEqual({ answer: ['main'], readAt: now });
  expect(second.read({ ...SCOPE, endpoint: 'http://127.0.0.1:1' }, 'clusters')).toBeUndefined();
  expect(second.read({ ...SCOPE, region: 'us-east-1' }, 'clusters')).toBeUndefined();
  second.close();
});

it('no file of kept answers has their text', () => {
  const answers = open();
  answers.keep(SCOPE, 'service main/web', { tags: [{ key: 'owner', value: 'ana-of-payments' }] });
  answers.close();
  const texts = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'latin1'));
  expect(texts.length).toBeGreaterThan(1);
  for (const text of texts) expect(text).not.toContain('ana-of-payments');
});

it('an answer is forgotten after 30 days', () => {
  const first = open();
  first.keep(SCOPE, 'clusters', ['main']);
  first.close();
  now = new Date(now.getTime() + 31 * DAY_MS);
  const second = open();
  expect(second.read(SCOPE, 'clusters')).toBeUndefined();
  second.close();
});

it('the newest 500 answers are kept, and none that is larger than 2 MB', () => {
  const answers = open();
  for (let index = 0; index < 510; index += 1) {
    now = new Date(now.getTime() + 1);
    answers.keep(SCOPE, `service main/web-${index}`, { index });
  }
  expect(answers.read(SCOPE, 'service main/web-9')).toBeUndefined();
  expect(answers.read(SCOPE, 'service main/web-10')?.answer).toEqual({ index: 10 });
  answers.keep(SCOPE, 'services huge', 'x'.repeat(2_000_001));
  expect(answers.read(SCOPE, 'services huge')).toBeUndefined();
  answers.close();
});

it('an answer that is read every few seconds is written every 30 seconds', () => {
  const answers = open();
  const start = now.getTime();
  for (const [seconds, kept] of [
    [0, 0],
    [10, 0],
    [29, 0],
    [30, 30],
  ] as const) {
    now = new Date(start + seconds * 1000);
    answers.keep(SCOPE, 'clusters', seconds);
    expect(answers.read(SCOPE, 'clusters')?.answer).toBe(kept);
  }
  answers.close();
});
