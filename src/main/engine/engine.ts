import { mkdir } from 'node:fs/promises';
import { createAppHandlers } from './app-handlers.ts';
import { createAccountHandlers } from './aws/account-handlers.ts';
import { openAccounts } from './aws/accounts.ts';
import { createAws } from './aws/clients.ts';
import { createCatalogHandlers } from './catalog/catalog-handlers.ts';
import { createDispatcher, type Dispatcher } from './dispatcher.ts';
import type { Ports } from './ports.ts';
import { createPromptBroker } from './prompts.ts';

export interface Engine {
  readonly dispatcher: Dispatcher;
  /** Lets go of connections and files. Calls that are under way end with an error. */
  close(): Promise<void>;
}

/** The whole engine over its outside world. Reads the shared AWS files and makes the data folder. */
export async function createEngine(ports: Ports): Promise<Engine> {
  await mkdir(ports.paths.data, { recursive: true });
  const broker = createPromptBroker();
  const accounts = await openAccounts(ports);
  const aws = createAws({ ...ports, accounts, prompt: ports.prompt ?? broker.prompt });

  const handlers = {
    ...createAppHandlers(ports.host),
    ...broker.handlers,
    ...createAccountHandlers({ accounts, aws }),
    ...createCatalogHandlers({ accounts, aws }),
  };

  return {
    dispatcher: createDispatcher(handlers, ports.logger),
    async close() {
      aws.close();
    },
  };
}
