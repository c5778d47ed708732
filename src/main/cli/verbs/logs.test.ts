import {
  CloudWatchLogsClient,
  DescribeLogStreamsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coloredSegments } from '../command/terminal-colors.ts';
import { type CliEngine, openCliEngine } from '../testing/test-engine.ts';

let engine: CliEngine;
beforeAll(async () => {
  engine = await openCliEngine();
  // A deployment starts tasks, which write.
  const deployed = ['deploy', '-c', 'tools', '-n', 'dashboard', '-i', 'dashboard:5.2.1', '-q'];
  await engine.slipway(deployed);
}, 60_000);
afterAll(() => engine.close());

const WEB = ['logs', '-c', 'tools', '-n', 'dashboard'];
const ALL = [...WEB, '--since', '2000-01-01T00:00:00Z'];

interface Line {
  readonly at: string;
  readonly taskId: string;
  readonly container: string;
  readonly revision: string;
  readonly text: string;
}

async function lines(args: readonly string[]): Promise<readonly Line[]> {
  const { code, out } = await engine.slipwayAtStandstill([...args, '--json']);
  expect(code).toBe(0);
  return out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
}

describe('slipway logs', () => {
  it('prints the lines of all tasks, oldest first, with their time, task and container', async () => {
    const all = await lines(ALL);
    expect(all.length).toBeGreaterThan(1);
    expect(all.map(({ at }) => at)).toEqual(all.map(({ at }) => at).toSorted());
    expect(new Set(all.map(({ taskId }) => taskId)).size).toBeGreaterThan(1);
    const [first] = all;
    const { out } = await engine.slipwayAtStandstill(ALL);
    expect(out.split('\n')[0]).toBe(
      `${first?.at} ${first?.revision} ${first?.taskId.slice(0, 8)} ${first?.container}  ${first?.text}`,
    );
  });

  it('leaves lines out that do not contain the text of --filter', async () => {
    const all = await lines(ALL);
    const word = all[0]?.text.split(' ')[0] ?? '';
    const filtered = await lines([...ALL, '--filter', word]);
    expect(filtered).toEqual(all.filter(({ text }) => text.includes(word)));
    const none = await engine.slipwayAtStandstill([...ALL, '--filter', 'no such text']);
    expect(none).toMatchObject({
      code: 0,
      out: '',
      err: expect.stringContaining('No lines of dashboard since'),
    });
  });

  it('prints only what matches --regex, --level and the start of a task', async () => {
    const all = await lines(ALL);
    const taskId = all[0]?.taskId ?? '';
    expect(
      await lines([...ALL, '--regex', '^listening on port \\d+$', '--task', taskId.slice(0, 6)]),
    ).toEqual(all.filter(({ taskId: id, text }) => id === taskId && /^listening on port \d+$/.test(text)));
    expect(await lines([...ALL, '--level', 'error'])).toEqual([]);
    const wrong = await engine.slipwayAtStandstill([...ALL, '--regex', '(']);
    expect(wrong).toMatchObject({
      code: 2,
      err: expect.stringContaining('--regex is no regular expression'),
    });
    const none = await engine.slipwayAtStandstill([...ALL, '--task', 'none']);
    expect(none).toMatchObject({ code: 2, err: expect.stringContaining('has no task none') });
  });

  it('refuses a time range that ends before it begins', async () => {
    const { code, err } = await engine.slipwayAtStandstill([...ALL, '--since', '1h', '--until', '2h']);
    expect(err).toContain('The time range ends before it begins. Give an end that is later than the start.');
    expect(code).toBe(2);
  });

  it('continues with -f until it is interrupted', async () => {
    const interrupt = new AbortController();
    const known = new Set((await lines(ALL)).map(({ taskId }) => taskId));
    let seen = '';
    const following = engine.slipway([...ALL, '-f', '--json'], {
      interrupt: interrupt.signal,
      onOut(text) {
        seen += text;
        const ids = [...seen.matchAll(/"taskId":"([^"]+)"/g)].map(([, id]) => id ?? '');
        // A line of a task that was started while it follows.
        if (ids.some((id) => !known.has(id))) interrupt.abort();
      },
    });
    const forced = engine.slipway(['deploy', '-c', 'tools', '-n', 'dashboard', '--force', '-q']);
    expect((await following).code).toBe(130);
    expect((await forced).code).toBe(0);
  }, 60_000);

  it.each([
    [['--since', 'yesterday'], 'Give an age such as 10m'],
    [['--container', 'nope'], 'The tasks of dashboard have no container nope.'],
  ])('with %j exits with 2 and one sentence', async (args, sentence) => {
    const { code, err } = await engine.slipwayAtStandstill([...WEB, ...args]);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(sentence) });
  });

  it('of a service that is in another cluster names the cluster', async () => {
    const { code, err } = await engine.slipwayAtStandstill(['logs', '-c', 'tools', '-n', 'web']);
    expect(code).toBe(2);
    expect(err).toContain(
      "The service web isn't in the cluster tools, but in production and staging. Name its cluster: -c production or -c staging.",
    );
  });

  it('prints an event of several lines as lines, the further ones indented', async () => {
    const { endpoint, region, credentials } = engine.sandbox;
    const logs = new CloudWatchLogsClient({ endpoint, region, credentials });
    const logGroupName = '/ecs/dashboard';
    const { logStreams = [] } = await logs.send(new DescribeLogStreamsCommand({ logGroupName }));
    const { logStreamName } = logStreams.find((stream) => stream.logStreamName?.includes('/app/')) ?? {};
    const message = 'ERROR several\n  at pay (pay.js:1:2)\r\n2026-11-20T10:00:00Z dashboard:9 forged';
    const timestamp = Date.parse((await lines(ALL)).at(-1)?.at ?? '');
    const logEvents = [{ timestamp, message }];
    await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
    logs.destroy();
    const { out } = await engine.slipwayAtStandstill([...ALL, '--level', 'error']);
    expect(out).toMatch(
      / {2}ERROR several\n {6}at pay \(pay\.js:1:2\)\n {4}2026-11-20T10:00:00Z dashboard:9 forged\n/,
    );
  });
});

describe('the colours of a line', () => {
  it('are those of its own sequences, and no other sequence reaches the terminal', () => {
    const title = '\u001b]0;title\u0007';
    const clipboard = '\u001b]52;c;cGFzc3dvcmQ=\u0007';
    const text = `a${title}\u001b[31mred\u001b[0m\u001b[2J${clipboard}b\tc`;
    expect(coloredSegments(text)).toEqual(['a', { text: 'red', style: 'red' }, 'b  c']);
  });
});
