import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../scripts/checkout.mjs';

const WORKFLOWS = globSync('.github/workflows/*.yml', { cwd: ROOT });

describe.each(WORKFLOWS)('the workflow %s', (file) => {
  const source = readFileSync(join(ROOT, file), 'utf8');

  // A tag can be moved to other code: https://docs.github.com/en/actions/reference/security/secure-use
  it('uses each action at one commit', () => {
    const actions = [...source.matchAll(/uses: (.+)/g)].map(([, action]) => action);
    expect(actions).not.toEqual([]);
    for (const action of actions) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('may write only in a job that says so', () => {
    expect(source).toMatch(/^permissions:(?: \{\}|\n {2}contents: read)$/m);
    expect(source.match(/: write$/gm) ?? []).toHaveLength(file.endsWith('release.yml') ? 1 : 0);
  });
});
