import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { awsAtEndpoint } from '../testing/aws-at-endpoint.ts';
import { registerRevision } from './register-revision.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

const ARN = 'arn:aws:ecs:us-east-1:111122223333:task-definition/web:7';
const CROWDED =
  'Too many concurrent attempts to create a new revision of the specified family. Please try again later.';
const web = { family: 'web', containerDefinitions: [{ name: 'app', image: 'web:1' }] };

/** An ECS that answers one registration after the other with these errors, and then with a revision. */
async function ecsThatRefuses(...messages: readonly string[]) {
  let requests = 0;
  const server = createServer((_request, response) => {
    const message = messages[requests];
    requests += 1;
    response.writeHead(message === undefined ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
    const body =
      message === undefined
        ? { taskDefinition: { taskDefinitionArn: ARN, revision: 7 } }
        : { __type: 'ClientException', message };
    response.end(JSON.stringify(body));
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  const { aws, scope } = await awsAtEndpoint({
    endpoint: `http://127.0.0.1:${address.port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  cleanUps.push(
    () => server.close(),
    () => aws.close(),
  );
  return { ecs: aws.ecs(scope, 'clicked'), requests: () => requests };
}

describe('registerRevision', () => {
  it('tries again when somebody else registers in the same family', async () => {
    const { ecs, requests } = await ecsThatRefuses(CROWDED);
    const registered = await registerRevision(ecs, web, new AbortController().signal);
    expect(registered.taskDefinitionArn).toBe(ARN);
    expect(requests()).toBe(2);
  });

  it('does not retry what ECS refuses for another reason', async () => {
    const { ecs, requests } = await ecsThatRefuses('Container.image should not be null or empty.');
    await expect(registerRevision(ecs, web, new AbortController().signal)).rejects.toThrowError(
      'Container.image should not be null or empty.',
    );
    expect(requests()).toBe(1);
  });

  it('continues with the next registration of the family after one has failed', async () => {
    const { ecs } = await ecsThatRefuses('Role is not valid.');
    const { signal } = new AbortController();
    const failed = registerRevision(ecs, web, signal);
    const next = registerRevision(ecs, web, signal);
    await expect(failed).rejects.toThrowError('Role is not valid.');
    expect((await next).taskDefinitionArn).toBe(ARN);
  });

  it('stops when it is cancelled', async () => {
    const { ecs, requests } = await ecsThatRefuses();
    await expect(registerRevision(ecs, web, AbortSignal.abort())).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect(requests()).toBe(0);
  });
});
