import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { dockerFailure } from './docker-errors.ts';

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

it('tells a socket that is not there from a file that is not there', async () => {
  const refused = Promise.withResolvers<never>();
  connect('/nowhere/docker.sock').on('error', refused.reject);
  expect(dockerFailure(await errorOf(refused.promise), 'build web:1')).toMatchObject({
    code: 'DOCKER_UNAVAILABLE',
  });
  const unreadable = await errorOf(readFile('/nowhere/secret.txt'));
  expect(dockerFailure(unreadable, 'build web:1')).toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringMatching(/^The file secret\.txt couldn't be read to build web:1/),
  });
});

it('passes on what the engine said, in a sentence', () => {
  const answer = Object.assign(new Error('(HTTP code 409) conflict - the image is in use '), {
    statusCode: 409,
  });
  expect(dockerFailure(answer, 'tag web:1')).toMatchObject({
    code: 'CONFLICT',
    message: 'Docker could not tag web:1: the image is in use.',
  });
});

it('keeps what it does not know to the log', () => {
  const { code, message } = dockerFailure(new Error('/home/ana/secret'), 'build web:1');
  expect(code).toBe('INTERNAL');
  expect(message).not.toContain('ana');
});

it('is CANCELLED when the caller has gone, whatever the error', () => {
  expect(dockerFailure(new Error('socket hang up'), 'build web:1', AbortSignal.abort()).code).toBe(
    'CANCELLED',
  );
});
