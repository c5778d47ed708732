import { once } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { VERSION } from '../../process/version.ts';
import { EXIT } from '../command/exit-code.ts';
import { addExamples, addScopeFlags, repeated } from '../command/flags.ts';
import type { Sink } from '../command/io.ts';
import type { Invocation, Verb } from '../command/verb.ts';

/** Serves the contract to an agent on standard input and output, until it closes them. */
export const verb: Verb = {
  configure(command) {
    addScopeFlags(command)
      .option('-c, --cluster <name>', 'the only cluster that is used')
      .option(
        '--confirm <name>',
        'approve changes of a service now: CLUSTER/SERVICE, or SERVICE with -c (may be repeated)',
        repeated,
      )
      .option('--all', 'every account and region of this machine')
      .option('--show-values', 'show the values of variables that do not look like secrets');
    command.addHelpText(
      'after',
      "\nAnother change needs a person, who approves it in Slipway's window, or to whom the client puts the question.",
    );
    addExamples(command, [
      ['read and plan in one environment', 'slipway mcp --env staging'],
      ['approve changes of one service too', 'slipway mcp -p acme-dev -c dev --confirm web'],
    ]);
  },
  run: mcp,
};

async function mcp({ io, flags, client, scope, output, approvers }: Invocation): Promise<number> {
  const [{ createMcpServer }, { StdioServerTransport }] = await Promise.all([
    import('../mcp/mcp-server.ts'),
    import('@modelcontextprotocol/sdk/server/stdio.js'),
  ]);
  const server = createMcpServer({
    client: await client(),
    version: VERSION,
    scope: flags.isSet('all') ? {} : await scope(),
    confirmed: new Set(flags.texts('confirm')),
    approvers,
    values: flags.isSet('show-values') ? 'harmless' : 'none',
  });
  server.onerror = (error) => output.problem(error.message);
  // A pipe that is still open would keep the process after an interrupt, unless it is destroyed itself.
  const stdin = io.stdin instanceof Readable ? io.stdin : Readable.from(io.stdin);
  const ended = new AbortController();
  const end = (): void => ended.abort();
  for (const event of ['end', 'close', 'error']) stdin.once(event, end);
  const signal = AbortSignal.any([io.interrupt, io.outputClosed, ended.signal]);
  await server.connect(new StdioServerTransport(stdin, writableOf(io.stdout)));
  if (!signal.aborted) await once(signal, 'abort');
  await server.close();
  stdin.destroy();
  return io.interrupt.aborted ? EXIT.interrupted : EXIT.success;
}

function writableOf({ write }: Sink): Writable {
  return new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      write(String(chunk));
      done();
    },
  });
}
