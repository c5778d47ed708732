import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Environment } from '../../../shared/model/account.ts';
import type { Job } from '../../../shared/model/job.ts';
import { SettingsFile } from '../../../shared/model/settings.ts';
import { eventually } from '../../../shared/testing/eventually.ts';
import type { Notice } from '../ports/ports.ts';
import { jobMessage } from './job-message.ts';
import { createJobNotices, type JobNotices } from './job-notices.ts';
import type { Webhook } from './webhook.ts';

const ADDRESS = new URL('https://hooks.slack.example/services/T0/B0/secret');
const FAILED: Job = {
  id: '7ff1b9ec-2a06-4b9b-9a51-62ad2a3c3b0e',
  kind: 'deploy',
  account: 'profile:acme',
  region: 'us-east-1',
  cluster: 'shop',
  subject: 'web',
  title: 'Deploy web:42 to web',
  state: 'ended',
  sentence: 'The deployment failed.',
  outcome: 'failed',
  startedAt: '2026-01-01T00:00:00Z',
  recovered: false,
};
const SUCCEEDED: Job = { ...FAILED, outcome: 'succeeded', sentence: 'web:42 deployed in 40 s.' };

let shown: Notice[];
let sent: string[];
let logged: string[];
let fault: SlipwayError | undefined;
let filters: Partial<SettingsFile['notifications']>;
let environment: Environment;
let send: Webhook['send'];
let notices: JobNotices;

beforeEach(() => {
  shown = [];
  sent = [];
  logged = [];
  fault = undefined;
  filters = {};
  environment = 'staging';
  send = async (_, text) => {
    if (fault !== undefined) throw fault;
    sent.push(text);
  };
  notices = createJobNotices({
    host: { notify: (notice) => void shown.push(notice) },
    settings: {
      read: () => ({ settings: SettingsFile.parse({ notifications: filters }) }),
    },
    address: { read: () => ADDRESS },
    webhook: {
      send: (...message) => send(...message),
      sendWithRetry: (...message) => send(...message),
    },
    environmentOf: () => environment,
    factsOf: async (job) => ({ job, accountName: 'acme', entry: undefined, images: ['web:4.4.2'] }),
    closeMs: 0,
    clock: { now: () => new Date('2026-01-02T03:04:05Z') },
    logger: pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) }),
  });
});
afterEach(() => notices.close());

describe('the end of a job', () => {
  it('is told by the system and the webhook', async () => {
    notices.jobEnded(FAILED);
    expect(shown).toEqual([{ title: 'Deploy web:42 to web: failed', body: 'The deployment failed.' }]);
    await eventually(() =>
      expect(sent).toEqual([
        [
          'Failed: Deploy web:42 to web',
          'The deployment failed.',
          'acme / us-east-1 / shop / web',
          'Image web:4.4.2',
        ].join('\n'),
      ]),
    );
  });

  it.each([
    { desktop: 'failures', webhook: 'off', told: [0, 1] },
    { desktop: 'off', webhook: 'failures', told: [1, 0] },
    { desktop: 'all', webhook: 'all', told: [2, 2] },
  ] as const)('is told as chosen: system $desktop, webhook $webhook', async ({ told, ...chosen }) => {
    filters = chosen;
    notices.jobEnded(SUCCEEDED);
    notices.jobEnded(FAILED);
    await notices.close();
    expect([sent.length, shown.length]).toEqual(told);
  });

  it.each([
    ['production', 1],
    ['unclassified', 1],
    ['staging', 0],
    ['sandbox', 0],
  ] as const)('of %s is sent %d times to a webhook for production alone', async (of, times) => {
    filters = { webhookPlaces: 'production' };
    environment = of;
    notices.jobEnded(FAILED);
    await notices.close();
    expect(sent).toHaveLength(times);
  });

  it('does not wait for a webhook that hangs, which is ended with the process', async () => {
    const ended = Promise.withResolvers<string>();
    send = (_address, _text, signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          ended.resolve('ended');
          reject(new Error('aborted'));
        });
      });
    notices.jobEnded(FAILED);
    expect(shown).toHaveLength(1);
    const closed = notices.close();
    expect(await ended.promise).toBe('ended');
    await closed;
    expect(notices.failure()).toBeUndefined();
  });

  it('that cannot be delivered is logged once, until one is delivered', async () => {
    fault = new SlipwayError('FORBIDDEN', 'hooks.slack.example did not take the message (HTTP 404).');
    notices.jobEnded(FAILED);
    notices.jobEnded(FAILED);
    const failure = { at: '2026-01-02T03:04:05.000Z', sentence: fault.message };
    await eventually(() => expect(notices.failure()).toEqual(failure));
    await expect(notices.test(new AbortController().signal)).rejects.toThrow('HTTP 404');
    expect(logged).toHaveLength(1);
    fault = undefined;
    await notices.test(new AbortController().signal);
    expect(notices.failure()).toBeUndefined();
    expect(sent).toEqual(['Slipway can send messages here. This is a test.']);
  });
});

describe('the message about a job', () => {
  it('has the cause, the revision, the images, the person and the reason', () => {
    const entry = {
      id: FAILED.id,
      at: FAILED.startedAt,
      account: FAILED.account,
      region: FAILED.region,
      subject: 'web',
      kind: 'deploy',
      title: FAILED.title,
      why: 'fix <#12> & more',
      callerIdentity: 'ana',
      calls: [],
      steps: [],
      state: 'failed',
      taskDefinitionArn: 'arn:aws:ecs:us-east-1:123456789012:task-definition/web:42',
      evidence: {
        failures: [],
        events: [],
        diagnosis: {
          kind: 'crashed',
          sentence: 'app exited with code 1 (3 times).',
          help: '',
          failureTimeline: [],
          stoppedTasks: [],
          targets: [],
          alarms: [],
          events: [],
          gaps: [],
        },
      },
    } as const;
    expect(jobMessage({ job: FAILED, accountName: 'acme', entry, images: ['web:4.4.2'] })).toBe(
      [
        'Failed: Deploy web:42 to web',
        'app exited with code 1 (3 times).',
        'acme / us-east-1 / shop / web',
        'Revision web:42',
        'Image web:4.4.2',
        'By ana',
        'Reason: fix &lt;#12&gt; &amp; more',
      ].join('\n'),
    );
  });

  it('mentions nobody and hides nothing, whatever a name says', () => {
    const job = { ...FAILED, sentence: '<!channel> & <@U1>\nnext\u202e' };
    expect(jobMessage({ job, accountName: 'acme', entry: undefined, images: [] }).split('\n')[1]).toBe(
      String.raw`&lt;!channel&gt; &amp; &lt;@U1&gt;\u000anext\u202e`,
    );
  });
});
