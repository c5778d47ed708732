import { processIo } from './cli/command/io.ts';
import { runCommand } from './cli/run-command.ts';
import { endOnFatalErrors, endOnTerminal, outliveOutput } from './process/fatal-errors.ts';
import { keepNewFilesPrivate } from './process/private-process.ts';

keepNewFilesPrivate();
// `npm run slipway` starts here in the checkout; a relative path means one from the folder that npm was called in.
const { npm_lifecycle_event: npmScript, INIT_CWD: calledIn } = process.env;
if (npmScript === 'slipway' && calledIn !== undefined) process.chdir(calledIn);
const fatalErrors = endOnFatalErrors(endOnTerminal);
// The reader may close the pipe before the last line, as in `slipway methods | head`.
outliveOutput();
runCommand(process.argv.slice(2), processIo(), async (request) => {
  // Help and completion do not wait for it.
  const { openEngine } = await import('./open-cli-engine.ts');
  return openEngine(request, fatalErrors, import.meta.dirname);
}).then((code) => {
  process.exitCode = code;
}, fatalErrors.endStart);
