import { StringDecoder } from 'node:string_decoder';
import type { ExecTarget } from './exec-target.ts';
import type { ProgramOutput, SessionProgram } from './session-program.ts';
import { ESCAPE_SEQUENCES, ESCAPES, FILES, namesIn, TEN_MEGABYTES, tenMegabytes } from './simulated-files.ts';

/** What a shell runs instead of reading lines. */
export interface ShellCommand {
  readonly words: readonly string[];
  /** What it prints of the exit code. */
  readonly report?: (status: number) => string;
}

/** Of input that waits until the client has taken the output before it; what comes beyond is lost, as in a terminal. */
const MOST_WAITING_CHARACTERS = 8 * 1024 * 1024;

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

  /** Input in the pieces in which it came, not typed yet: a terminal takes no more while its output is not read. */
  let waiting: string[] = [];
  let waitingCharacters = 0;
  let isTyping = false;
  /** What a piece of input has written so far: a message for each character would be a million of them for a paste. */
  let unsent = '';

  function write(text: string): void {
    unsent += text;
    if (!isTyping) flush();
  }

  function flush(): void {
    if (unsent !== '') output.write(Buffer.from(unsent));
    unsent = '';
  }

  function exit(): void {
    flush();
    output.exit();
  }

  function prompt(): void {
    if (command !== undefined) {
      write(command.report?.(lastStatus) ?? '');
      exit();
    } else write(shell === 'bash' ? `\x1b[?2004hroot@${hostname}:${folder}# ` : `${folder} # `);
  }

  function pump(): void {
    flush();
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
        exit();
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
        exit();
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

  function type(text: string): void {
    isTyping = true;
    for (const character of text) {
      if (sequence === '' && character !== '\x1b') {
        key(character);
        continue;
      }
      sequence += character;
      if (!isWholeEscape(sequence)) continue;
      escaped(sequence);
      sequence = '';
    }
    isTyping = false;
    flush();
  }

  /** A program that runs is asked at once, because Ctrl-C ends it, however much of its output waits. */
  function typeWaiting(): void {
    let typed = 0;
    for (const text of waiting) {
      if (running === undefined && output.isFull()) break;
      typed += 1;
      waitingCharacters -= text.length;
      type(text);
    }
    waiting = waiting.slice(typed);
  }

  if (command === undefined) prompt();
  return {
    input(data) {
      if (waitingCharacters + data.length > MOST_WAITING_CHARACTERS) return;
      const text = decoder.write(data);
      waiting.push(text);
      waitingCharacters += text.length;
      typeWaiting();
    },
    resize(next) {
      size = next;
      // Every client tells its size first.
      if (command === undefined || isStarted) return;
      isStarted = true;
      run(command.words);
    },
    resume() {
      pump();
      typeWaiting();
    },
    stop: () => running?.stop(),
  };
}

/** Whether the simulated containers have a program of this name. */
export function isProgram(name: string): boolean {
  return PROGRAMS.split(' ').includes(name);
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
