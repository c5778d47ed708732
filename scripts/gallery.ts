import { parseDevOptions } from './dev-options.ts';
import { portOf, startPageServer } from './page-server.ts';

/** What `npm run gallery` does once the packages are there: the components and states of the page, without an engine. */
try {
  await showGallery(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function showGallery(args: readonly string[]): Promise<void> {
  const options = parseDevOptions(args);
  if (options === undefined || options.host !== 'browser')
    throw new Error('npm run gallery takes only --port N.');
  const server = await startPageServer(options.port);
  process.stdout.write(`The gallery is at http://127.0.0.1:${portOf(server)}/gallery/\n`);
  const stop = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.resolve());
  await stop.promise;
  await server.close();
}
