import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { expect, it } from 'vitest';
import { run } from './testing/run.ts';
import { verbFirst } from './verb-first.ts';
import { VERBS } from './verbs.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const DOCS = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

/** A command line of a document or a help text, with where it stands. */
type Line = readonly [place: string, words: readonly string[]];

/** The words of a line up to what the shell takes: `>`, `|`, `&&` or a comment. */
function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  for (const [word] of line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)) {
    if (/^(?:[|&<>#]|2>)/.test(word)) break;
    words.push(
      word.replaceAll(
        /'([^']*)'|"([^"]*)"/g,
        (_all, single?: string, double?: string) => single ?? double ?? '',
      ),
    );
  }
  return words;
}

/** The commands of a text that follow `slipway`: in blocks of code, in single quotes of a Jenkinsfile, and in backticks. */
function linesOf(place: string, text: string): readonly Line[] {
  const found: Line[] = [];
  let isCode = false;
  for (const [index, line] of text.split('\n').entries()) {
    if (line.startsWith('```')) isCode = !isCode;
    const inShell =
      /\bsh 'slipway (?<rest>[^']*)'/.exec(line) ??
      /(?:^|[-$] |--silent slipway -- |; )slipway (?<rest>[^;]*)$/.exec(line.trim());
    const texts = isCode
      ? [inShell?.groups?.rest]
      : [...line.matchAll(/`slipway (?<rest>[^`]*)`/g)].map((each) => each.groups?.rest);
    for (const rest of texts) {
      if (rest === undefined || /^--|VERB|FORMAT/.test(rest)) continue;
      for (const part of rest.split('&& slipway ')) found.push([`${place}:${index + 1}`, wordsOf(part)]);
    }
  }
  return found;
}

async function helpLines(): Promise<readonly Line[]> {
  const found = await Promise.all(
    VERBS.map(async ({ name }) => {
      const { out } = await run([name, '--help'], { columns: 1000 });
      return linesOf(`slipway ${name} --help`, `\`\`\`\n${out}\n\`\`\``);
    }),
  );
  return found.flat();
}

const LINES = [
  ...DOCS.flatMap((name) => linesOf(name, readFileSync(join(ROOT, name), 'utf8'))),
  ...(await helpLines()),
];

it('the sentences of the help fit a terminal of 40 columns', async () => {
  const { out } = await run(['--help'], { columns: 40 });
  expect(out.split('\n').filter((line) => line.length > 40)).toEqual([]);
  expect(out.replaceAll(/\s+/g, ' ')).toContain('4 time is up, 5 waits for a person, 6 credentials');
});

it('the documents and the help have command lines for every verb', () => {
  const verbs = new Set(LINES.map(([, [verb]]) => verb));
  expect(VERBS.filter(({ name }) => !verbs.has(name))).toEqual([]);
});

it.each(LINES.map(([place, words]) => [place, words.join(' '), words] as const))(
  '%s: slipway %s is taken by the command',
  async (_place, _text, words) => {
    const [verb, ...args] = verbFirst(words);
    const entry = VERBS.find(({ name }) => name === verb);
    if (entry === undefined) throw new Error(`There is no verb ${verb}.`);
    const command = new Command(entry.name).exitOverride().action(() => undefined);
    (await entry.load()).verb.configure(command);
    // A verb that is only named has no arguments.
    const parse = (): Command =>
      args.length === 0 ? command : command.parse(args.map(withoutPlaceholder), { from: 'user' });
    expect(parse).not.toThrow();
  },
);

/** What a reader replaces. */
function withoutPlaceholder(word: string): string {
  return word
    .replace('http://127.0.0.1:PORT', 'http://127.0.0.1:4566')
    .replace(/^(?:RELEASE|0b9f3c1e-…)$/, '0b8f8d4e-3d0c-4a68-9b5c-0f0c7b0f9a01');
}
