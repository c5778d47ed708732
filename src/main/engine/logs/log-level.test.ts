import { describe, expect, it } from 'vitest';
import { levelOf } from './log-level.ts';
import { createLineMaker } from './log-line.ts';

describe('the level of a line', () => {
  it.each([
    ['{"level":"warn","msg":"slow"}', 'warn'],
    ['{"level":30,"msg":"listening"}', 'info'],
    ['{"level":50,"msg":"pino"}', 'error'],
    ['{"level":"20"}', 'debug'],
    ['{"severity":"CRITICAL"}', 'error'],
    ['{"lvl":"dbug","level":"debug"}', 'debug'],
    ['{"log.level":"error","message":"ecs"}', 'error'],
    ['{"log":{"level":"warn"}}', 'warn'],
    ['{"battery":{"level":"error"},"level":"info"}', 'info'],
    ['{"method":"GET","status":503}', 'error'],
    ['time=2026-11-20T10:00:00Z level=error msg="no route"', 'error'],
    ['ts=1 lvl=warn msg=x', 'warn'],
    ['E0712 10:00:00.000000       1 reflector.go:1] failed', 'error'],
    ['W0712 10:00:00.000000       1 reflector.go:1] slow', 'warn'],
    ['<11>1 2026-11-20T10:00:00Z host app - - - failed', 'error'],
    ['<14>Nov 20 10:00:00 host app: ok', 'info'],
    ['10.0.0.1 - - [20/Nov/2026:10:00:00 +0000] "GET /a HTTP/1.1" 502 150', 'error'],
    ['10.0.0.1 - - [20/Nov/2026:10:00:00 +0000] "GET /a HTTP/1.1" 404 150', 'warn'],
    ['10.0.0.1 - - [20/Nov/2026:10:00:00 +0000] "GET /a HTTP/1.1" 200 150', 'info'],
    ['2026-11-20 10:00:00,123 ERROR [main] c.e.App - failed', 'error'],
    ['2026/11/20 10:00:00 [error] 31#31: upstream timed out', 'error'],
    ['\u001b[33mWARN\u001b[0m deprecated', 'warn'],
    ['[INFO ] ready', 'info'],
    ['error: no such file', 'error'],
    ['warning: unused variable', 'warn'],
    ['TypeError: x is not a function', 'error'],
    ['java.lang.IllegalStateException: closed', 'error'],
    ['panic: runtime error: index out of range', 'error'],
    ['npm ERR! code 1', 'error'],
    ['Listening on 8080', undefined],
    ['no errors were found', undefined],
    ['GET /information/error 200', undefined],
    ['{"message":"no level"}', undefined],
    ['{"level":{"deep":1}}', undefined],
  ] as const)('%j is %s', (text, level) => {
    expect(levelOf(text)).toBe(level);
  });

  it.each(['{"level":', '['.repeat(1), '" ', '"GET ', 'a.', 'level=', ' '])(
    'is found in linear time in 256 kB of %j',
    (part) => {
      const start = performance.now();
      levelOf(part.repeat((256 * 1024) / part.length));
      // A search that takes time by the square of the length would take minutes.
      expect(performance.now() - start).toBeLessThan(2_000);
    },
  );
});

describe('a line', () => {
  const origin = { taskId: 't1', container: 'app', revision: 'web:1' };

  it('of a stack trace has the level of the line that it belongs to', () => {
    const make = createLineMaker();
    const levels = (messages: readonly string[]) =>
      messages.map((message, index) => make(origin, { message, timestamp: index }, String(index)).level);
    expect(
      levels(['ERROR failed', '    at run (app.js:1:1)', 'Caused by: closed', 'started', '  more']),
    ).toEqual(['error', 'error', 'error', undefined, undefined]);
  });

  it('over 256 kB is cut, with a mark that says how much is missing', () => {
    const message = `${'x'.repeat(256 * 1024)}${'y'.repeat(1000)}`;
    const { text } = createLineMaker()(origin, { message }, 'id');
    expect(text.endsWith('x… [cut: 1000 more characters]')).toBe(true);
  });
});
