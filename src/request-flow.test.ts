import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const DOC = readFileSync(join(ROOT, 'docs', 'architecture.md'), 'utf8');
const FILES = [...DOC.matchAll(/^\| \d+ \| `(src\/[^`]+)` \|/gm)].map(([, file = '']) => file);

/** What a file says that takes the click on to the next one: a wiring that moved elsewhere fails here. */
const HANDED_ON: Readonly<Record<string, string>> = {
  'plan-actions.tsx': 'type="submit"',
  'plan-view.tsx': 'execution.start(',
  'execution.ts': "useEngineStream('releases.execute'",
  'streams.ts': 'client.call(',
  'client.ts': 'transport.call(',
  'socket-transport.ts': "type: 'call'",
  'socket-calls.ts': 'connection.call(',
  'late-dispatcher.ts': '.call(request)',
  'release-handlers.ts': "'releases.execute': jobs.execute",
  'release-jobs.ts': 'jobs.start(',
  'execute-plan.ts': 'startRollout(',
  'notify-service.ts': 'updateService(',
  'update-request.ts': 'new UpdateServiceCommand(',
};

describe('the path from Deploy to UpdateService in docs/architecture.md', () => {
  it('crosses at most 22 files, each once', () => {
    expect(FILES.length).toBeGreaterThan(15);
    expect(FILES.length).toBeLessThanOrEqual(22);
    expect(new Set(FILES).size).toBe(FILES.length);
  });

  it.each(FILES)('names a file that exists: %s', (file) => {
    expect(existsSync(join(ROOT, file))).toBe(true);
  });

  it.each(Object.entries(HANDED_ON))('is passed on by %s with %s', (name, wiring) => {
    const passesOn = FILES.filter((file) => file.endsWith(`/${name}`)).some((file) =>
      readFileSync(join(ROOT, file), 'utf8').includes(wiring),
    );
    expect(passesOn).toBe(true);
  });
});
