import { createHash } from 'node:crypto';
import { StringDecoder } from 'node:string_decoder';
import type { ExecTarget } from './exec-target.ts';

/** A program of a session. */
export interface SessionProgram {
  /** Bytes of the client. */
  input(data: Buffer): void;
  resize(size: { readonly cols: number; readonly rows: number }): void;
  /** Goes on with output that had to wait. */
  resume(): void;
  stop(): void;
}

/** What a program writes to. */
export interface ProgramOutput {
  write(data: Buffer): void;
  /** Whether the client has to take something first. */
  isFull(): boolean;
  /** The program has ended. */
  exit(): void;
  /** Runs something after so many seconds. Answers how it is taken back. */
  after(seconds: number, what: () => void): () => void;
}

/** What a shell runs instead of reading lines. */
export interface ShellCommand {
  readonly words: readonly string[];
  /** What it prints of the exit code. */
  readonly report?: (status: number) => string;
}

export const TEN_MEGABYTES = '/var/tmp/ten-megabytes';
const ESCAPES = '/var/tmp/escape-sequences';
const FILES: readonly string[] = [
  '/app/server.js',
  '/app/package.json',
  '/etc/hostname',
  '/etc/os-release',
  TEN_MEGABYTES,
  ESCAPES,
];
const BIT_OF_TEN_MEGABYTES = 64 * 1024;

/** The first 10 MiB of the hexadecimal SHA-256 of `0`, `1`, `2` and so on: one line that nobody has to store. */
export function* tenMegabytes(): Generator<Buffer> {
  const perPart = BIT_OF_TEN_MEGABYTES / 64;
  for (let part = 0; part < 160; part += 1) {
    const lines = Array.from({ length: perPart }, (_, index) =>
      createHash('sha256')
        .update(String(part * perPart + index))
        .digest('hex'),
    );
    yield Buffer.from(lines.join(''));
  }
}

/** What programs can show that want to trick a terminal: a title, the clipboard, a link; then plain text. */
const ESCAPE_SEQUENCES =
  '\x1b]0;title from the container\x07\x1b]2;title from the container\x07\x1b]52;c;Y2xpcGJvYXJk\x07' +
  '\x1b]8;;https://example.com\x07a link\x1b]8;;\x07\r\nthe end of escape-sequences\r\n';

/**
 * A small shell, as a terminal has it: a prompt, an echo, a line that can be edited, and a handful of programs. Nothing is
 * kept: what a session changes is gone with it. With a command it runs only that one, and ends with it.
 */
export function createSimulatedShell(
  { shell, environment, taskId, container }: ExecTarget,
  output: ProgramOutput,
  command?: ShellCommand,
): SessionProgram {
  const decoder = new StringDecoder('utf8');
  const hostname = `ip-${taskId.slice(0, 8)}`;
  const history: string[] = [];
  let line = '';
  let at = 0;
  let sequence = '';
  let size = { cols: 80, rows: 24 };
  let folder = '/app';
  let lastStatus = 0;
  let isStarted = false;
  /** What runs in front: it gets Ctrl-C, and the next part of its output is asked for. */
  let running: { readonly stop: () => void; readonly more?: () => Buffer | undefined } | undefined;

  const write = (text: string): void => output.write(Buffer.from(text));
  function prompt(): void {
    if (command !== undefined) {
      write(command.report?.(lastStatus) ?? '');
      output.exit();
    } else write(shell === 'bash' ? `\x1b[?2004hroot@${hostname}:${folder}# ` : `${folder} # `);
  }

  function pump(): void {
    while (running?.more !== undefined && !output.isFull()) {
      const part = running.more();
      if (part === undefined) {
        endOfProgram(0);
        return;
      }
      output.write(part);
    }
  }

  function endOfProgram(status: number): void {
    running?.stop();
    running = undefined;
    lastStatus = status;
    prompt();
  }

  function program(words: readonly string[]): number | undefined {
    const [name = '', ...rest] = words;
    switch (name) {
      case 'echo':
        write(`${rest.map((word) => (word === '$?' ? String(lastStatus) : word)).join(' ')}\r\n`);
        return 0;
      case 'cat':
        return cat(rest[0] ?? '');
      case 'cd':
        return changeFolder(rest[0] ?? '/app');
      case 'ls':
        return list(rest.findLast((word) => !word.startsWith('-')) ?? '');
      case 'yes': {
        const text = Buffer.from(`${rest[0] ?? 'y'}\r\n`.repeat(200));
        running = { stop: () => {}, more: () => text };
        return undefined;
      }
      case 'sleep': {
        const seconds = Number(rest[0]);
        if (!(seconds >= 0)) return complain(`sleep: invalid number '${rest[0] ?? ''}'`);
        const cancel = output.after(seconds, () => endOfProgram(0));
        running = { stop: cancel };
        return undefined;
      }
      case 'exit':
        output.exit();
        return undefined;
      default: {
        const text = answerOf(name);
        if (text === undefined) return complain(`${shell}: ${name}: not found`, 127);
        write(text.replaceAll('\n', '\r\n'));
        return 0;
      }
    }
  }

  function complain(text: string, status = 1): number {
    write(`${text}\r\n`);
    return status;
  }

  function cat(file: string): number | undefined {
    const path = pathOf(file);
    if (path === TEN_MEGABYTES) {
      const parts = tenMegabytes();
      const more = (): Buffer | undefined => {
        const part = parts.next();
        return part.done === true ? undefined : part.value;
      };
      running = { stop: () => {}, more };
      return undefined;
    }
    if (!FILES.includes(path)) return complain(`cat: ${file}: No such file or directory`);
    if (path === ESCAPES) write(ESCAPE_SEQUENCES);
    else write(`${path === '/etc/hostname' ? hostname : `The simulated content of ${path}.`}\r\n`);
    return 0;
  }

  function list(name: string): number {
    const path = pathOf(name);
    const names = namesIn(path);
    if (names.length === 0 && !FILES.includes(path)) {
      return complain(`ls: cannot access '${name}': No such file or directory`, 2);
    }
    write(`${names.length === 0 ? name : names.join('  ')}\r\n`);
    return 0;
  }

  function changeFolder(name: string): number {
    const path = pathOf(name);
    if (namesIn(path).length === 0) return complain(`cd: ${name}: No such file or directory`);
    folder = path;
    return 0;
  }

  function pathOf(name: string): string {
    const path = name.startsWith('/') ? name : `${folder === '/' ? '' : folder}/${name}`;
    return `/${path.split('/').filter(Boolean).join('/')}`;
  }

  function answerOf(name: string): string | undefined {
    switch (name) {
      case 'env':
        return environment.map((each) => `${each.name}=${each.value}\n`).join('');
      case 'ps':
        return `PID   USER     COMMAND\n    1 root     ${container}\n   42 root     ${shell}\n`;
      case 'pwd':
        return `${folder}\n`;
      case 'hostname':
        return `${hostname}\n`;
      case 'whoami':
        return 'root\n';
      case 'stty':
        return `${size.rows} ${size.cols}\n`;
      case 'clear':
        return '\x1b[H\x1b[2J';
      case 'help':
        return `${PROGRAMS}\n`;
      default:
        return undefined;
    }
  }

  function enter(): void {
    write(shell === 'bash' ? '\r\n\x1b[?2004l' : '\r\n');
    const words = line.trim().split(/\s+/);
    if (line.trim() !== '') history.push(line);
    line = '';
    at = history.length;
    if (words[0] === '') {
      prompt();
      return;
    }
    run(words);
  }

  function run(words: readonly string[]): void {
    const status = NOT_SIMULATED.test(words.join(' '))
      ? complain(`${shell}: this simulated shell runs one simple command in a line; see help`, 2)
      : program(words);
    if (status === undefined) {
      pump();
      return;
    }
    lastStatus = status;
    prompt();
  }

  function replaceLine(next: string): void {
    write(`${'\b \b'.repeat(Array.from(line).length)}${next}`);
    line = next;
  }

  function key(character: string): void {
    if (running !== undefined) {
      if (character !== '\x03') return;
      write('^C\r\n');
      endOfProgram(130);
      return;
    }
    switch (character) {
      case '\r':
      case '\n':
        enter();
        return;
      case '\x03':
        write('^C\r\n');
        line = '';
        prompt();
        return;
      case '\x04':
        if (line !== '') return;
        write('exit\r\n');
        output.exit();
        return;
      case '\x7f':
      case '\b':
        if (line === '') return;
        line = Array.from(line).slice(0, -1).join('');
        write('\b \b');
        return;
      case '\x15':
        replaceLine('');
        return;
      case '\x0c':
        write('\x1b[H\x1b[2J');
        prompt();
        write(line);
        return;
      default:
        if (character < ' ' || line.length >= 4_096) return;
        line += character;
        write(character);
    }
  }

  /** Up and down go through what was entered; the marks of a paste, and all else, do nothing. */
  function escaped(keys: string): void {
    const arrow = keys.length === 3 ? keys.at(2) : undefined;
    if ((arrow !== 'A' && arrow !== 'B') || running !== undefined) return;
    at = Math.max(0, Math.min(history.length, at + (arrow === 'A' ? -1 : 1)));
    replaceLine(history[at] ?? '');
  }

  if (command === undefined) prompt();
  return {
    input(data) {
      for (const character of decoder.write(data)) {
        if (sequence === '' && character !== '\x1b') {
          key(character);
          continue;
        }
        sequence += character;
        if (!isWholeEscape(sequence)) continue;
        escaped(sequence);
        sequence = '';
      }
    },
    resize(next) {
      size = next;
      // Every client tells its size first.
      if (command === undefined || isStarted) return;
      isStarted = true;
      run(command.words);
    },
    resume: pump,
    stop: () => running?.stop(),
  };
}

/** Whether the simulated containers have a program of this name. */
export function isProgram(name: string): boolean {
  return PROGRAMS.split(' ').includes(name);
}

/** What a folder has; nothing for what is none. */
function namesIn(path: string): readonly string[] {
  const within = path === '/' ? '/' : `${path}/`;
  const inside = FILES.filter((file) => file.startsWith(within));
  return [...new Set(inside.map((file) => file.slice(within.length).split('/', 1)[0] ?? ''))];
}

const PROGRAMS = 'cat cd clear echo env exit help hostname ls ps pwd sleep stty whoami yes';

/** Of a real shell: more than one command in a line, other input and output, what a command prints. */
const NOT_SIMULATED = /[;|&<>`]|\$\(/;

/** Whether an escape sequence of a key has all of its characters; a very long one is given up. */
function isWholeEscape(sequence: string): boolean {
  if (sequence.length < 2) return false;
  if (sequence.length === 2) return !/[[O]$/.test(sequence);
  return /[A-Za-z~]$/.test(sequence) || sequence.length > 16;
}
