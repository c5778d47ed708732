import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { engineCandidates, findEngine } from './docker-engine.ts';

describe('the Docker Engine for the tests', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-engine-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is the one that the environment names, and no other', () => {
    const environment = { DOCKER_HOST: 'tcp://127.0.0.1:2375' };
    expect(engineCandidates(environment, 'linux')).toEqual(['tcp://127.0.0.1:2375']);
    expect(engineCandidates({ ...environment, SLIPWAY_TEST_DOCKER_HOST: 'unix:///a' }, 'linux')).toEqual([
      'unix:///a',
    ]);
    expect(engineCandidates({}, 'linux')).toContain('unix:///var/run/docker.sock');
  });

  it('is the first that answers', async () => {
    const socket = join(folder, 'engine.sock');
    const server = createServer((request, response) => {
      response.writeHead(request.url === '/_ping' ? 200 : 404).end();
    });
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    const candidates = [`unix://${join(folder, 'none.sock')}`, 'ssh://elsewhere', `unix://${socket}`];
    expect((await findEngine(candidates))?.host).toBe(`unix://${socket}`);
    await new Promise((resolve) => server.close(resolve));
    expect(await findEngine(candidates)).toBeUndefined();
  });
});
