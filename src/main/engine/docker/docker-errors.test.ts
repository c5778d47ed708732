import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { connectionFailure, dockerFailure, EngineError } from './docker-errors.ts';

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

it('a Docker error distinguishes a missing socket from a missing file', async () => {
  const refused = Promise.withResolvers<never>();
  connect('/nowhere/docker.sock').on('error', refused.reject);
  const endpoint = { kind: 'socket', path: '/nowhere/docker.sock', from: 'default socket' } as const;
  expect(connectionFailure(await errorOf(refused.promise), endpoint)).toMatchObject({
    code: 'DOCKER_UNAVAILABLE',
    message: expect.stringMatching(/^The Docker Engine of this machine does not answer\. Start Docker/),
  });
  const unreadable = await errorOf(readFile('/nowhere/secret.txt'));
  expect(connectionFailure(unreadable, endpoint)).toBeUndefined();
  expect(dockerFailure(unreadable, 'build web:1')).toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringMatching(/^The file secret\.txt couldn't be read to build web:1/),
  });
});

it('a Docker error contains the engine’s message as a sentence', () => {
  const answer = new EngineError(409, 'the image is in use ');
  expect(dockerFailure(answer, 'tag web:1')).toMatchObject({
    code: 'CONFLICT',
    message: 'Docker could not tag web:1: the image is in use.',
  });
});

it('a full disk of the Docker Engine is named with what frees space', () => {
  const answer = new EngineError(
    500,
    'Error processing tar file(exit status 1): write /big: no space left on device',
  );
  expect(dockerFailure(answer, 'build web:1')).toMatchObject({
    code: 'DOCKER_UNAVAILABLE',
    retryable: true,
    message:
      'The Docker Engine has no space left to build web:1. Free space, such as with “docker system prune”, and try again.',
  });
});

it('an unknown Docker error is written to the log only', () => {
  const { code, message } = dockerFailure(new Error('/home/ana/secret'), 'build web:1');
  expect(code).toBe('INTERNAL');
  expect(message).not.toContain('ana');
});

it('a Docker error is CANCELLED when the caller has left, whatever it was', () => {
  expect(dockerFailure(new Error('socket hang up'), 'build web:1', AbortSignal.abort()).code).toBe(
    'CANCELLED',
  );
});

it.each([
  [
    { kind: 'tcp', host: 'build.example', port: 2376, from: 'DOCKER_HOST' } as const,
    'The Docker Engine at tcp://build.example:2376 (DOCKER_HOST) does not answer. Check the address',
  ],
  [
    { kind: 'tcp', host: '127.0.0.1', port: 2375, from: 'context local' } as const,
    'The Docker Engine of this machine does not answer. Start Docker',
  ],
])('an Engine of $from that refuses connections is named by its place', (endpoint, sentence) => {
  const refused = Object.assign(new Error('connect ECONNREFUSED'), {
    code: 'ECONNREFUSED',
    syscall: 'connect',
  });
  expect(connectionFailure(refused, endpoint)).toMatchObject({
    retryable: true,
    message: expect.stringContaining(sentence),
  });
});

it('an Engine that ends in the middle of its work is not said to be stopped from the start', () => {
  const aborted = Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
  const endpoint = { kind: 'socket', path: '/run/docker.sock', from: 'default socket' } as const;
  expect(connectionFailure(aborted, endpoint)).toMatchObject({
    code: 'DOCKER_UNAVAILABLE',
    retryable: true,
    message:
      'The Docker Engine of this machine ended the connection before it had finished. See whether Docker was stopped, and try again.',
  });
});
