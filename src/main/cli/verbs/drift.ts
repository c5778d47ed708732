import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Client } from '../../../shared/client.ts';
import {
  type DeclaredMember,
  type Drift,
  type DriftPatch,
  declarationCounts,
  hiddenDifference,
} from '../../../shared/model/drift.ts';
import { EXIT } from '../command/exit-code.ts';
import { findElsewhere } from '../command/find-service.ts';
import { addExamples, addOutputFlags, addScopeFlags, addServiceFlags, repeated } from '../command/flags.ts';
import { serviceOf } from '../command/service.ts';
import type { Invocation, Verb } from '../command/verb.ts';

/** Prints how a service differs from its declarations, and patches that write the running images back. */
export const verb: Verb = {
  configure(command) {
    addServiceFlags(addScopeFlags(command))
      .option(
        '--folder <dir>',
        'a clone with templates, .tf files, manifests or task definitions; may be repeated (default: the repository of the working folder)',
        repeated,
      )
      .option('--patch', 'print what writes the running images into the declarations, as unified diffs')
      .option('--apply', 'write these patches into the files; nothing is committed')
      .option('--exit-code', 'exit with 3 if there are differences');
    addOutputFlags(command);
    addExamples(command, [
      ['what differs from the stack, the state and the files', 'slipway drift -c production -n web'],
      ['the patch for the declarations', 'slipway drift -c production -n web --patch > web.patch'],
      ['write it into the clone', 'slipway drift -c production -n web --folder ~/shop --apply'],
    ]);
  },
  run: drift,
};

async function drift(invocation: Invocation): Promise<number> {
  const { flags, output } = invocation;
  const client = await invocation.client();
  const ref = await serviceOf(invocation);
  const input = { ...ref, folders: foldersOf(invocation) };
  if (flags.isSet('patch') || flags.isSet('apply')) return patch(invocation, client, input);
  const found = await client
    .call('drift.get', input)
    .catch((error: unknown) => findElsewhere(client, ref, error));
  if (output.isJson) output.json(found);
  else print(invocation, found);
  const differs = found.declarations.some(({ differences }) => differences.length > 0);
  return flags.isSet('exit-code') && differs ? EXIT.differences : EXIT.success;
}

/** Those of `--folder`; else the repository of the working folder, where that is in one. */
function foldersOf({ flags, io }: Invocation): string[] {
  const named = flags.texts('folder');
  if (named.length > 0) return named.map((folder) => resolve(io.folder, folder));
  for (let at = io.folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return [at];
    if (dirname(at) === at) return [];
  }
}

function print({ output }: Invocation, { declarations, notRead }: Drift): void {
  if (declarations.length === 0) output.line('No declaration of this service was found.');
  for (const declaration of declarations) {
    const { title, differences, computed, notes } = declaration;
    output.line(`${title}: ${declarationCounts(declaration)}`);
    for (const member of differences) output.line(`  ${differenceLine(member)}`);
    for (const { name, by } of computed) output.line(`  ${name}: computed from ${by ?? ''}`);
    for (const note of notes) output.line(`  ${note}`);
  }
  for (const sentence of notRead) output.note(sentence);
}

/** Without values where they may be secret. */
function differenceLine(member: DeclaredMember): string {
  const { name, declared, running } = member;
  if (declared === undefined || running === undefined) return `${name}: ${hiddenDifference(member)}`;
  return `${name}: declared ${declared}, running ${running}`;
}

async function patch(
  { flags, output }: Invocation,
  client: Client,
  input: { readonly folders: string[] } & Awaited<ReturnType<typeof serviceOf>>,
): Promise<number> {
  const { patches } = await client
    .call('drift.patch', input)
    .catch((error: unknown) => findElsewhere(client, input, error));
  const written: string[] = [];
  if (flags.isSet('apply')) {
    for (const { id } of patches) {
      if (id !== undefined) written.push((await client.call('drift.applyPatch', { id })).file);
    }
  }
  if (output.isJson) {
    output.json({ patches, written });
    return EXIT.success;
  }
  if (patches.length === 0) output.note('No declaration of this service was found.');
  const diffs = new Set(patches.flatMap(({ diff }) => diff ?? []));
  if (flags.isSet('patch')) for (const diff of diffs) printDiff(output, diff);
  for (const line of sentencesOf(patches)) output.note(line);
  for (const file of written) output.line(`Written: ${file}`);
  return EXIT.success;
}

/** A file or pipe gets each byte, for `git apply`; a terminal gets no characters that steer it. */
function printDiff(output: Invocation['output'], diff: string): void {
  if (output.columns === undefined) output.raw(diff);
  else for (const line of diff.trimEnd().replaceAll('\t', '    ').split(/\r?\n/)) output.line(line);
}

function sentencesOf(patches: readonly DriftPatch[]): readonly string[] {
  return [...new Set(patches.map(({ title, sentence }) => `${title}: ${sentence}`))];
}
