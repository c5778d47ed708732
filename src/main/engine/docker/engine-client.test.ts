import { Agent, createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { createEngineClient } from './engine-client.ts';

/** A client of an Engine that answers every request in this way. */
async function withEngine<T>(
  answer: (response: ServerResponse) => void,
  use: (engine: ReturnType<typeof createEngineClient>) => Promise<T>,
): Promise<T> {
  const server = createServer((_request, response) => {
    response.on('error', () => undefined);
    answer(response);
  });
  const listening = Promise.withResolvers<AddressInfo>();
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address !== null && typeof address === 'object') listening.resolve(address);
  });
  const { port } = await listening.promise;
  const agent = new Agent();
  try {
    return await use(createEngineClient({ target: { host: '127.0.0.1', port }, agent, headers: {} }));
  } finally {
    server.closeAllConnections();
    server.close();
    agent.destroy();
  }
}

/** Writes as long as the other side reads. */
function writeWithoutEnd(response: ServerResponse): void {
  const block = Buffer.alloc(1024 * 1024, 'a');
  const more = (): void => {
    while (!response.destroyed && response.write(block));
    response.once('drain', more);
  };
  more();
}

it('an error of the Docker Engine without end is read no further than a sentence needs', async () => {
  const answer = (response: ServerResponse): void => {
    response.statusCode = 500;
    writeWithoutEnd(response);
  };
  const refused = withEngine(answer, (engine) => engine.version());
  await expect(refused).rejects.toMatchObject({
    statusCode: 500,
    message: expect.stringMatching(/^a{1000}/),
  });
});

it('an answer of the Docker Engine without end is refused', async () => {
  const refused = withEngine(writeWithoutEnd, (engine) => engine.listImages());
  await expect(refused).rejects.toThrow('Its answer is larger than 64 MiB.');
});

it('an answer with text in several bytes for a character is read as it is', async () => {
  const text = JSON.stringify({ Version: '29.0.0-ä€😀', Os: 'linux', Arch: 'arm64' });
  const answer = (response: ServerResponse): void => {
    for (const byte of Buffer.from(text)) response.write(Buffer.of(byte));
    response.end();
  };
  expect(await withEngine(answer, (engine) => engine.version())).toMatchObject({ Version: '29.0.0-ä€😀' });
});
