import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { isInstalled } from '../../sandbox/testing/installed-program.ts';
import { VERSION } from '../process/version.ts';
import { run } from './testing/run.ts';
import { VERBS } from './verbs.ts';

describe('the help of the command line', () => {
  it.each([[[]], [['--help']], [['-h']], [['help']]])('lists every verb for %j', async (args) => {
    const { code, out, err } = await run(args);
    for (const { name, summary } of VERBS) expect(out).toMatch(new RegExp(`^ +${name} +${summary}$`, 'm'));
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  it.each(VERBS.map(({ name }) => name))('of %s has an example', async (name) => {
    const { code, out, err } = await run([name, '--help']);
    expect(out).toMatch(new RegExp(`^Usage: slipway ${name}`));
    expect(out).toMatch(new RegExp(`^  \\$ slipway ${name}`, 'm'));
    expect(out).toBe((await run(['help', name])).out);
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  it('fits into a narrow terminal', async () => {
    const { out } = await run(['--help'], { columns: 50 });
    const verbs = out.split('Commands:')[1]?.split('\n\n')[0]?.split('\n') ?? [];
    expect(verbs.length).toBeGreaterThan(VERBS.length + 1);
    for (const line of verbs) expect(line.length).toBeLessThanOrEqual(50);
  });

  it.each(VERBS.map(({ name }) => name))('of %s has its options within 40 columns', async (name) => {
    const { out } = await run([name, '--help'], { columns: 40 });
    const options = out.split('Options:')[1]?.split('\n\n')[0]?.split('\n') ?? [];
    expect(options.length).toBeGreaterThan(1);
    for (const line of options) expect(line.length).toBeLessThanOrEqual(40);
  });

  it('prints the version', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, out: `${VERSION}\n`, err: '' });
  });
});

describe('arguments that do not fit', () => {
  it.each([[['execute', 'PLAN', '-c', 'production']], [['plans', 'withdraw', 'PLAN', '-c', 'production']]])(
    '%j names where the ids of plans are',
    async (args) => {
      const { code, out, err } = await run(args);
      expect(err).toBe('Name the plan by its id, as `slipway plans` prints it.\n');
      expect({ code, out }).toEqual({ code: 2, out: '' });
    },
  );

  it.each([
    [['metods'], "Unknown command 'metods'. Did you mean methods?"],
    [['zzz'], "Unknown command 'zzz'."],
    [['call', 'app.info', '--sandbx'], "Unknown option '--sandbx'. Did you mean --sandbox?"],
    [['call'], "Missing required argument 'method'."],
    [
      ['call', 'app.info', '{}', 'more'],
      'Too many arguments. Expected 2 arguments but got 3: app.info, {}, more.',
    ],
    [['call', 'app.info', '--sandbox', 'here'], 'Give an address such as http://127.0.0.1:4566.'],
    [['-c', 'production', 'staus'], "Unknown command 'staus'. Did you mean status?"],
    [['--jsn', 'status'], "Unknown option '--jsn'."],
    [
      ['--sandbox', 'status'],
      "Option '--sandbox [url]' argument 'status' is invalid. Give an address such as",
    ],
    [['--quiet', 'methods'], "Unknown option '--quiet'."],
    [['-c', 'production'], 'Name a verb after the options'],
    [['help', 'metods'], "Unknown command 'metods'. Did you mean methods?"],
  ])('are refused with exit code 2 for %j', async (args, sentence) => {
    const { code, out, err } = await run(args);
    expect(err).toContain(sentence);
    expect(err).toContain('\n\nUsage: slipway');
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });
});

describe('options before the verb', () => {
  it('count as those behind it', async () => {
    const folder = '/nowhere';
    const before = await run(['--json', '-e', 'staging', '-v', 'deploy', '-n', 'web'], { folder });
    expect(before).toEqual(await run(['deploy', '-n', 'web', '--json', '-e', 'staging', '-v'], { folder }));
    expect(before.out).toMatch(/^\{"error":\{.*slipway\.yml/);
    const { code, out } = await run(['--no-color', '-q', 'status', '--help']);
    expect({ code, out }).toEqual({ code: 0, out: (await run(['status', '--help'])).out });
  });

  it('are refused as behind it where the verb does not take them', async () => {
    expect(await run(['--json', 'sandbox'])).toEqual(await run(['sandbox', '--json']));
  });

  it('leave the verb with the name of a value alone', async () => {
    const { code, err } = await run(['-c', 'status', 'export']);
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining("Missing required argument 'format'."),
    });
  });
});

describe('the completion script', () => {
  /** What bash offers after these words. */
  async function offered(...words: readonly string[]): Promise<readonly string[]> {
    const { out } = await run(['completion', 'bash']);
    const typed = ['slipway', ...words].map((word) => `'${word}'`).join(' ');
    const script = `${out}\nCOMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _slipway; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', script], { encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout.split('\n').filter(Boolean);
  }

  it('of bash completes verbs, options and choices', async () => {
    expect(await offered('c')).toEqual(['continue', 'changes', 'clean', 'call', 'completion']);
    expect(await offered('call', '--s')).toEqual(['--sandbox']);
    expect(await offered('completion', '')).toEqual(['bash', 'zsh', 'fish']);
  });

  it.skipIf(!isInstalled('fish'))('of fish completes verbs, options, values and files', async () => {
    const { out } = await run(['completion', 'fish']);
    const offers = (line: string) => {
      const asked = spawnSync('fish', ['-N', '-c', `${out}\ncomplete -C '${line}'`], {
        encoding: 'utf8',
        cwd: import.meta.dirname,
      });
      expect(asked.stderr).toBe('');
      return asked.stdout.split('\n').map((each) => each.split('\t')[0]);
    };
    expect(offers('slipway co')).toEqual(expect.arrayContaining(['completion', 'continue']));
    expect(offers('slipway help bul')).toContain('bulk');
    expect(offers('slipway deploy --strategy ')).toContain('BLUE_GREEN');
    expect(offers('slipway deploy --file run-')).toContain('run-command.ts');
    expect(offers('slipway deploy --timeout run-')).not.toContain('run-command.ts');
  });

  it.skipIf(!isInstalled('zsh'))(
    'of zsh completes verbs and options, also when it is read from fpath',
    async () => {
      const { out } = await run(['completion', 'zsh']);
      const offers = (words: string, current: number) => {
        // What zsh offers in a terminal, printed.
        const shown = `compdef() { : }; _describe() { print -l -- \${(P)2} }; _arguments() { print -l -- "$@" }`;
        const script = `${shown}\n_slipway() {\n${out}}\nwords=(${words}); CURRENT=${current}; _slipway`;
        const asked = spawnSync('zsh', ['-f', '-c', script], { encoding: 'utf8' });
        expect(asked.stderr).toBe('');
        return asked.stdout;
      };
      expect(offers('slipway co', 2)).toMatch(/^continue:answer/m);
      expect(offers("slipway help ''", 3)).toMatch(/^bulk:/m);
      expect(offers("slipway deploy ''", 3)).toMatch(/^\*--file\[.+\]:value:_files$/m);
      expect(offers("slipway completion ''", 3)).toContain('1:value:(bash zsh fish)');
    },
  );

  it.each([
    ['bash', '--sandbox'],
    ['zsh', '--sandbox'],
    ['fish', '-l sandbox'],
  ])('of %s names every verb and its options', async (shell, option) => {
    const { code, out } = await run(['completion', shell]);
    for (const { name } of VERBS) expect(out).toContain(name);
    expect(out).toContain(option);
    expect(code).toBe(0);
  });

  it('is refused for another shell', async () => {
    const { code, err } = await run(['completion', 'ksh']);
    expect(err).toContain('Allowed choices are bash, zsh, fish.');
    expect(code).toBe(2);
  });
});
