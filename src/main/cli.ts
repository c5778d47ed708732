import { processIo } from './cli/command/io.ts';
import { runCommand } from './cli/run-command.ts';
import { takeCompiledCode } from './code-cache.ts';
import { dataFolder } from './process/data-folder.ts';
import { endOnFatalErrors, endOnTerminal, outliveOutput } from './process/fatal-errors.ts';
import { keepNewFilesPrivate } from './process/private-process.ts';
import { fileProblem } from './process/start-failure.ts';

keepNewFilesPrivate();
// `npm run slipway` starts here in the checkout; a relative path means one from the folder that npm was called in.
const { npm_lifecycle_event: npmScript, INIT_CWD: calledIn } = process.env;
if (npmScript === 'slipway' && calledIn !== undefined) process.chdir(calledIn);
const fatalErrors = endOnFatalErrors(endOnTerminal);
// The reader may close the pipe before the last line, as in `slipway methods | head`.
outliveOutput();
process.stdout.once('error', (error) => {
  if ('code' in error && error.code === 'EPIPE') return;
  // A file of the output that is cut must not look complete.
  process.stderr.write(`The output can't be written: ${fileProblem(error)}. It is incomplete.\n`);
  process.exitCode = 1;
});
takeCompiledCode(() => dataFolder(process.env, process.platform), import.meta.dirname);
runCommand(process.argv.slice(2), processIo(), async (request) => {
  // Help and completion do not wait for it.
  const { openEngine } = await import('./open-cli-engine.ts');
  return openEngine(request, fatalErrors, import.meta.dirname);
}).then((code) => {
  process.exitCode ||= code;
}, fatalErrors.endStart);
