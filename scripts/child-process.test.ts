import { describe, expect, it } from 'vitest';
import { runToEnd } from './child-process.ts';

const node = process.execPath;

describe('a program that is run to its end', () => {
  it('answers its exit code and what it wrote', async () => {
    const script = 'process.stdout.write("out"); process.exitCode = 3';
    expect(await runToEnd(node, ['-e', script])).toEqual({ code: 3, output: 'out' });
  });

  it('answers why it could not be started', async () => {
    const { code, output } = await runToEnd('/no/such/program', []);
    expect(code).toBeUndefined();
    expect(output).toContain('/no/such/program could not be started');
  });

  it('ends when it is interrupted', async () => {
    const interruption = new AbortController();
    const ended = runToEnd(node, ['-e', 'setInterval(() => {}, 1000)'], { signal: interruption.signal });
    interruption.abort();
    expect((await ended).code).toBeUndefined();
    expect((await runToEnd(node, ['-v'], { signal: interruption.signal })).code).toBeUndefined();
  });
});
