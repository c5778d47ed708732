import { describe, expect, it } from 'vitest';
import { type EngineProcess, restartOnChange } from './engine-restarts.ts';

/** Engines that start and end when the test says so. */
function createEngines() {
  const engines: { readonly listen: (port: number) => void; readonly end: () => void; isStopped: boolean }[] =
    [];
  const started: PromiseWithResolvers<void>[] = [Promise.withResolvers()];
  function start(): EngineProcess {
    const port = Promise.withResolvers<number>();
    const ended = Promise.withResolvers<void>();
    const engine = { listen: port.resolve, end: () => ended.resolve(), isStopped: false };
    engines.push(engine);
    started.at(-1)?.resolve();
    started.push(Promise.withResolvers());
    return {
      port: port.promise,
      ended: ended.promise,
      stop() {
        engine.isStopped = true;
        ended.resolve();
      },
    };
  }
  async function engine(index: number) {
    while (engines.length <= index) await started.at(-1)?.promise;
    const found = engines[index];
    if (found === undefined) throw new Error(`Engine ${index} was not started.`);
    return found;
  }
  const said = Promise.withResolvers<string>();
  const kept = restartOnChange({ start, say: said.resolve, settle: async () => {} });
  return { engine, kept, said: said.promise };
}

describe('an engine that is kept up to date', () => {
  it('is stopped and started again after a change, and calls wait for the new one', async () => {
    const { engine, kept } = createEngines();
    const first = await engine(0);
    first.listen(1001);
    await expect(kept.port()).resolves.toBe(1001);

    kept.changed();
    const second = await engine(1);
    expect(first.isStopped).toBe(true);
    const port = kept.port();
    second.listen(1002);
    await expect(port).resolves.toBe(1002);
    await kept.close();
  });

  it('that could not start is tried again after the next change, and who waited is served', async () => {
    const { engine, kept } = createEngines();
    const port = kept.port();
    (await engine(0)).end();
    kept.changed();
    const second = await engine(1);
    second.listen(1002);
    await expect(port).resolves.toBe(1002);
    await kept.close();
  });

  it('that stopped by itself is reported in one sentence', async () => {
    const { engine, kept, said } = createEngines();
    (await engine(0)).end();
    await expect(said).resolves.toBe(
      'The engine has stopped; its error is above. It starts again after the next change.',
    );
    await kept.close();
  });

  it('is stopped at the end', async () => {
    const { engine, kept } = createEngines();
    const first = await engine(0);
    await kept.close();
    expect(first.isStopped).toBe(true);
  });
});
