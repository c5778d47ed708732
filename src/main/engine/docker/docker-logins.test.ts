import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readDockerLogins } from './docker-logins.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'logins-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const read = () => readDockerLogins({ environment: { DOCKER_CONFIG: home }, platform: 'linux', home });

it('registry logins are listed by host, without what they sign in with', async () => {
  writeFileSync(
    join(home, 'config.json'),
    JSON.stringify({
      auths: {
        'https://index.docker.io/v1/': { auth: 'c2VjcmV0OnNlY3JldA==' },
        'https://ana:secret@registry.example:5000': {},
      },
      credHelpers: { '123456789012.dkr.ecr.us-east-1.amazonaws.com': 'ecr-login' },
      credsStore: 'desktop',
    }),
  );
  expect(await read()).toEqual({
    registries: ['123456789012.dkr.ecr.us-east-1.amazonaws.com', 'index.docker.io', 'registry.example:5000'],
    store: 'docker-credential-desktop',
  });
});

it('there are no registry logins without a Docker configuration, and an invalid one is reported', async () => {
  expect(await read()).toEqual({ registries: [] });
  writeFileSync(join(home, 'config.json'), '[]');
  expect(await read()).toMatchObject({ registries: [], problem: expect.stringContaining('config.json') });
});
