/** One process of the engine. */
export interface EngineProcess {
  /** The port of its browser host. Stays open when it fails to start. */
  readonly port: Promise<number>;
  /** Settles when the process has ended, however it did. */
  readonly ended: Promise<void>;
  stop(): void;
}

export interface RestartingEngineOptions {
  readonly start: () => EngineProcess;
  readonly say: (sentence: string) => void;
  /** Waits until an editor or Git has written everything that belongs to one change. */
  readonly settle: () => Promise<void>;
}

/** An engine that is started again after each change of its sources. */
export interface RestartingEngine {
  /** The port of the engine that runs; waits for one while it restarts, and while it cannot start. */
  readonly port: () => Promise<number>;
  /** Tells that a source has changed. */
  readonly changed: () => void;
  /** Stops the engine and waits for its end. */
  close(): Promise<void>;
}

/** Starts the engine and keeps it up to date. One that ends by itself is started again after the next change. */
export function restartOnChange({ start, say, settle }: RestartingEngineOptions): RestartingEngine {
  let port = Promise.withResolvers<number>();
  let change = Promise.withResolvers<void>();
  let isClosed = false;
  const running = run();

  async function run(): Promise<void> {
    while (!isClosed) {
      change = Promise.withResolvers();
      const engine = start();
      const state = { isListening: false, isOver: false };
      void engine.port.then((number) => {
        if (state.isOver) return;
        state.isListening = true;
        port.resolve(number);
      });
      const first = await Promise.race([
        engine.ended.then(() => 'ended' as const),
        change.promise.then(() => 'changed' as const),
      ]);
      // Whoever asks from now on waits for the next engine; who waits already goes on waiting.
      if (state.isListening) port = Promise.withResolvers();
      state.isOver = true;
      if (first === 'ended' && !isClosed) {
        say('The engine has stopped; its error is above. It starts again after the next change.');
      }
      await change.promise;
      engine.stop();
      await engine.ended;
      if (!isClosed) await settle();
    }
  }

  return {
    port: () => port.promise,
    changed: () => change.resolve(),
    async close() {
      isClosed = true;
      change.resolve();
      await running;
    },
  };
}
