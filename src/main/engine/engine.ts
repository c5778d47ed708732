import { mkdir } from 'node:fs/promises';
import { createAppHandlers } from './app-handlers.ts';
import { createAccountHandlers } from './aws/account-handlers.ts';
import { openAccounts } from './aws/accounts.ts';
import { createAws } from './aws/clients.ts';
import { createCatalogHandlers } from './catalog/catalog-handlers.ts';
import { createCleanupHandlers } from './cleanup/cleanup-handlers.ts';
import { createDispatcher, type Dispatcher } from './dispatcher.ts';
import { createDockerHandlers } from './docker/docker-handlers.ts';
import type { Handlers } from './handlers.ts';
import { openImageCache } from './images/image-cache.ts';
import { createImageHandlers } from './images/image-handlers.ts';
import { createImageLookup } from './images/image-lookup.ts';
import { openJournal } from './journal/journal.ts';
import { createJournalHandlers } from './journal/journal-handlers.ts';
import type { Ports } from './ports.ts';
import { createPromptBroker } from './prompts.ts';
import { createReleaseHandlers } from './releases/release-handlers.ts';
import { openRevisionCaches } from './revisions/revision-cache.ts';
import { createRevisionHandlers } from './revisions/revision-handlers.ts';

export interface Engine {
  readonly dispatcher: Dispatcher;
  /** Cancels the calls that are under way, then lets go of connections and files. */
  close(): Promise<void>;
}

/** The whole engine over its outside world. Makes the data folder, opens the journal and reads the AWS files. */
export async function createEngine(ports: Ports): Promise<Engine> {
  const { clock, logger, paths } = ports;
  await mkdir(paths.data, { recursive: true, mode: 0o700 });
  const broker = createPromptBroker();
  const accounts = await openAccounts(ports);
  const aws = createAws({ ...ports, accounts, prompt: ports.prompt ?? broker.prompt });
  const journal = openJournal(paths, logger, clock);
  const imageCache = openImageCache({ paths, logger });
  const revisionCaches = openRevisionCaches({ paths, logger });
  const images = createImageLookup({ aws, cache: imageCache, logger });
  const catalog = createCatalogHandlers({
    accounts,
    aws,
    imageFacts: (...wanted) => images.imageFacts(...wanted),
    notes: (deploymentArn) => journal.noteFor(deploymentArn),
  });
  const changing = { accounts, aws, journal, clock, logger };

  const handlers: Handlers = {
    ...createAppHandlers(ports.host),
    ...broker.handlers,
    ...createAccountHandlers({ accounts, aws }),
    ...catalog,
    ...createRevisionHandlers({ aws, images, caches: revisionCaches, logger }),
    ...createImageHandlers({ aws, cache: imageCache, logger }),
    ...createDockerHandlers({ aws, ports }),
    ...createReleaseHandlers({ ...changing, catalog, findImage: (...wanted) => images.findImage(...wanted) }),
    ...createCleanupHandlers(changing),
    ...createJournalHandlers(journal),
  };

  const dispatcher = createDispatcher(handlers, logger);
  async function letGo(): Promise<void> {
    await dispatcher.close();
    aws.close();
    journal.close();
    imageCache.close();
    revisionCaches.close();
  }
  let closing: Promise<void> | undefined;
  return {
    dispatcher,
    close() {
      closing ??= letGo();
      return closing;
    },
  };
}
