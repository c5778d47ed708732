import { describe, expect, it } from 'vitest';
import type { BuildEvent } from '../../../shared/model/docker.ts';
import { followBuild } from './build-log.ts';

async function* answer(...messages: readonly object[]): AsyncGenerator<string> {
  for (const message of messages) yield `${JSON.stringify(message)}\r\n`;
}

async function follow(...messages: readonly object[]): Promise<readonly BuildEvent[]> {
  const events: BuildEvent[] = [];
  await followBuild(answer(...messages), (event) => void events.push(event));
  return events;
}

describe('followBuild', () => {
  it('sends steps as such, and every line of the log without colours', async () => {
    const events = await follow(
      { stream: 'Step 1/2 : FROM scratch\n' },
      { stream: ' ---> \n' },
      { stream: 'Step 2/2 : RUN make\n' },
      { stream: '\u001b[31mred\u001b[0m\n10%\r90%\r100%\n' },
      { aux: { ID: 'sha256:00' } },
    );
    expect(events.filter(({ kind }) => kind === 'step')).toEqual([
      { kind: 'step', step: 1, of: 2, instruction: 'FROM scratch' },
      { kind: 'step', step: 2, of: 2, instruction: 'RUN make' },
    ]);
    expect(events.flatMap((event) => (event.kind === 'log' ? event.lines : []))).toEqual([
      'Step 1/2 : FROM scratch',
      ' --->',
      'Step 2/2 : RUN make',
      'red',
      '100%',
    ]);
  });

  it('fails on an error in the stream, with the step and its last lines', async () => {
    const failing = follow(
      { stream: 'Step 2/3 : RUN make\n' },
      { stream: ' ---> Running in 0123\n' },
      { stream: 'cc main.c\nmain.c:1: no such header\n' },
      { errorDetail: { code: 2, message: "The command 'make' returned a non-zero code: 2" }, error: 'x' },
    );
    await expect(failing).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      message:
        "Step 2 of 3 (RUN make) failed: The command 'make' returned a non-zero code: 2. Correct that and build again. Its last lines:\n" +
        'cc main.c\nmain.c:1: no such header',
    });
  });

  it('asks for space where a command of a step has found none', async () => {
    const failed = follow(
      { stream: 'Step 2/2 : RUN make\n' },
      { stream: 'make: write error: No space left on device\n' },
      { errorDetail: { message: "The command 'make' returned a non-zero code: 2" }, error: 'make' },
    );
    await expect(failed).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      message: expect.stringContaining(
        'Free space for the Docker Engine, such as with “docker system prune”, and build again.',
      ),
    });
  });

  it('names an error that was written before much other output', async () => {
    const failing = follow(
      { stream: 'Step 2/3 : RUN make\n' },
      { stream: '\u001b[91mmain.c:1: no such header\u001b[0m\n' },
      ...Array.from({ length: 100 }, (_, line) => ({ stream: `line ${line}\n` })),
      { stream: 'Removing intermediate container 0123\n' },
      { errorDetail: { message: 'The command returned a non-zero code: 2' } },
    );
    const error: unknown = await failing.catch((failure: unknown) => failure);
    const lines = String(error).split('\n').slice(1);
    expect(lines).toHaveLength(30);
    expect(lines[0]).toBe('main.c:1: no such header');
    expect(lines.at(-1)).toBe('line 99');
  });

  it.each([
    ['pull access denied for one.example/x, repository does not exist', false, 'sign in to its registry'],
    [
      'Get "https://one.example/v2/": dial tcp: lookup one.example: no such host',
      true,
      'reaches the registry',
    ],
    ['toomanyrequests: You have reached your pull rate limit', true, 'build again later'],
    ['manifest for one.example/x:9 not found: manifest unknown', false, 'Correct that and build again.'],
  ])('says what helps when a base image cannot be pulled: %s', async (message, retryable, advice) => {
    const failing = follow({ stream: 'Step 1/2 : FROM one.example/x\n' }, { errorDetail: { message } });
    await expect(failing).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      retryable,
      message: expect.stringContaining(advice),
    });
  });

  it('limits what it sends of a flooding log', async () => {
    const flood = Array.from({ length: 1000 }, (_, line) => `line ${line}`).join('\n');
    const logs = (await follow({ stream: flood })).flatMap((event) => (event.kind === 'log' ? [event] : []));
    expect(logs.every(({ lines }) => lines.length <= 200)).toBe(true);
    expect(logs.reduce((sum, { lines, dropped }) => sum + lines.length + dropped, 0)).toBe(1000);
    expect(logs.at(-1)?.lines.at(-1)).toBe('line 999');
  });
});
