import { describe, expect, it } from 'vitest';
import type { BuildEvent } from '../../../shared/model/docker.ts';
import { createBuildKitProgress } from './buildkit-progress.ts';

function follow(text: string) {
  const events: BuildEvent[] = [];
  const progress = createBuildKitProgress((event) => void events.push(event));
  for (const line of text.split('\n')) progress.push(line);
  progress.end();
  return { events, failure: progress.failure() };
}

const FAILING = `#1 [internal] load build definition from Dockerfile
#1 transferring dockerfile: 120B done
#1 DONE 0.0s
#4 [build 1/3] FROM docker.io/library/golang
#4 DONE 0.0s
#5 [stage-1 1/2] COPY a /a
#6 [build 2/3] RUN make
#6 0.201 cc main.c
#6 0.304 main.c:1: no such header
#6 ERROR: process "/bin/sh -c make" did not complete successfully: exit code: 2
------
 > [build 2/3] RUN make:
0.304 main.c:1: no such header
------
ERROR: failed to solve: process "/bin/sh -c make" did not complete successfully: exit code: 2`;

describe('the plain progress of BuildKit', () => {
  it('shows each instruction as a step of its stage, and every line in the log', () => {
    const { events } = follow(FAILING);
    expect(events.filter(({ kind }) => kind === 'step')).toEqual([
      { kind: 'step', step: 1, of: 3, instruction: 'build: FROM docker.io/library/golang' },
      { kind: 'step', step: 1, of: 2, instruction: 'COPY a /a' },
      { kind: 'step', step: 2, of: 3, instruction: 'build: RUN make' },
    ]);
    const lines = events.flatMap((event) => (event.kind === 'log' ? event.lines : []));
    expect(lines).toHaveLength(FAILING.split('\n').length);
  });

  it('names the step that failed and what it wrote', () => {
    expect(follow(FAILING).failure).toMatchObject({
      code: 'BUILD_FAILED',
      message:
        'Step 2 of 3 (build: RUN make) failed: process "/bin/sh -c make" did not complete successfully: exit code: 2. ' +
        'Correct that and build again. Its last lines:\ncc main.c\nmain.c:1: no such header',
    });
  });

  it('says what the Docker command line said when it refused the Dockerfile', () => {
    const { failure } = follow(
      '#1 [internal] load build definition\nfailed to solve with frontend dockerfile.v0: dockerfile parse error line 2: unknown instruction: X',
    );
    expect(failure).toMatchObject({
      code: 'INVALID_INPUT',
      message:
        'The build failed: dockerfile parse error line 2: unknown instruction: X. Correct that and build again.',
    });
  });

  it('does not name a cache that could not be read as the reason', () => {
    const { failure } = follow(
      '#5 importing cache manifest from one.example/web:1\n#5 ERROR: one.example/web:1: not found\n' +
        'failed to solve: failed to compute cache key: "/gone" not found',
    );
    expect(failure.message).toMatch(/^The build failed: failed to compute cache key: "\/gone" not found\./);
  });

  it('is retryable when a registry did not answer, and gives no advice about the Dockerfile then', () => {
    const { failure } = follow(
      '#3 [1/1] FROM one.example/x\n#3 ERROR: dial tcp: lookup one.example: no such host',
    );
    expect(failure).toMatchObject({
      code: 'BUILD_FAILED',
      retryable: true,
      message: expect.stringContaining('Check that the Docker Engine reaches the registry, and build again.'),
    });
  });
});
