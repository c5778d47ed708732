import { parseArgs } from 'node:util';
import { argumentSentence } from '../process/argument-sentence.ts';

/** What the command line asks for. `input` is JSON text, or `-` for what comes on standard input. */
export type Command =
  | { readonly verb: 'help' }
  | { readonly verb: 'methods'; readonly method: string | undefined }
  | {
      readonly verb: 'call';
      readonly method: string;
      readonly input: string;
      readonly sandbox: string | undefined;
    }
  | { readonly verb: 'refused'; readonly reason: string };

export const USAGE = `Usage:
  slipway methods                          prints every method, one JSON line each
  slipway methods <method>                 prints one, with the JSON Schema of its input
  slipway call <method> ['<json>' or -]    calls one: prints {"event"} lines, then {"result"} or {"error"}

Options:
  --sandbox URL    uses the sandbox at this address, as the account "sandbox" in us-east-1

Exit codes: 0 success, 1 failed, 2 refused (bad input, checks, stale plan), 130 interrupted.`;

/** Reads the arguments that follow the name of the program. */
export function readArguments(args: readonly string[]): Command {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { sandbox: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
    return values.help ? { verb: 'help' } : commandOf(positionals, values.sandbox);
  } catch (error) {
    return { verb: 'refused', reason: `${argumentSentence(error)}.` };
  }
}

function commandOf(positionals: readonly string[], sandbox: string | undefined): Command {
  const [verb, method, input = '{}', ...rest] = positionals;
  if (verb === undefined || verb === 'help') return { verb: 'help' };
  if (verb === 'methods') return { verb: 'methods', method };
  if (verb !== 'call') return { verb: 'refused', reason: `Unknown command ${verb}.` };
  if (method === undefined) return { verb: 'refused', reason: 'Name the method to call.' };
  if (rest.length > 0) return { verb: 'refused', reason: 'Put the JSON in one argument, in quotes.' };
  if (sandbox !== undefined && !isHttpAddress(sandbox)) {
    return { verb: 'refused', reason: '--sandbox takes an address such as http://127.0.0.1:4566.' };
  }
  return { verb: 'call', method, input, sandbox };
}

function isHttpAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
