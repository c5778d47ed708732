/** What Slipway needs to know of a Dockerfile before it is built. https://docs.docker.com/reference/dockerfile/ */
export interface DockerfileFacts {
  /** References of other images: of FROM, COPY --from, RUN --mount and `# syntax=`, without stages and `scratch`. */
  readonly images: readonly string[];
  /** Names that ARG declares. */
  readonly buildArguments: ReadonlySet<string>;
  /** What the classic builder refuses, in the order of the file, such as `RUN --mount`; empty where it can build. */
  readonly onlyBuildKit: readonly string[];
  /** The frontend of `# syntax=`, which the classic builder takes for a comment. */
  readonly syntax?: string;
}

interface Instruction {
  readonly name: string;
  readonly flags: readonly string[];
  readonly rest: string;
}

/** What BuildKit fills in by itself: https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope */
export const PLATFORM_ARGUMENTS: readonly string[] = ['BUILD', 'TARGET'].flatMap((side) =>
  ['PLATFORM', 'OS', 'ARCH', 'VARIANT'].map((part) => `${side}${part}`),
);

const FLAGS_OF_BUILDKIT: Readonly<Record<string, RegExp>> = {
  RUN: /^--(?:mount|network|security|device)\b/,
  COPY: /^--(?:link|chmod|parents|exclude)\b/,
  ADD: /^--(?:link|chmod|checksum|keep-git-dir|exclude|unpack)\b/,
};
/** `<<EOF`, `<<-"EOF"`, `3<<EOF`; not `<<<text`. */
const HERE_DOCUMENT = /^\d*<<(?<tabs>-?)(?<quote>["']?)(?<word>[A-Za-z_][\w.]*)\k<quote>(?!<)/;
/** Words as a shell splits them, with their quotes: what is in quotes begins no here-document. */
const WORD = /(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\]|["'\\])+/gs;

/**
 * Reads a Dockerfile as far as the builder has to be chosen and registries to be signed in to.
 *
 * @param given values of build arguments, which count in FROM
 */
export function readDockerfile(text: string, given: Readonly<Record<string, string>> = {}): DockerfileFacts {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const directives = readDirectives(lines);
  const instructions = readInstructions(lines, directives.escapeCharacter);
  const images = new Set<string>();
  const stages = new Set<string>();
  const onlyBuildKit = new Set<string>();
  const buildArguments = new Set<string>();
  const globals = new Map<string, string>();
  let isBeforeFrom = true;

  const addImage = (reference: string): void => {
    const isStage = stages.has(reference.toLowerCase()) || /^\d+$/.test(reference) || reference === 'scratch';
    if (reference !== '' && !isStage) images.add(reference);
  };

  for (const { name, flags, rest } of instructions) {
    for (const flag of flags) {
      if (FLAGS_OF_BUILDKIT[name]?.test(flag)) onlyBuildKit.add(`${name} ${flag.split('=')[0]}`);
      if (name === 'COPY' && flag.startsWith('--from=')) addImage(flag.slice('--from='.length));
      const mounted = name === 'RUN' ? /^--mount=(?:.*,)?from=([^,]+)/.exec(flag)?.[1] : undefined;
      if (mounted !== undefined) addImage(mounted);
    }
    if (hasHereDocument(name, rest)) onlyBuildKit.add(`a here-document in ${name}`);
    if (name === 'ARG') {
      for (const [argument, value] of readArguments(rest)) {
        buildArguments.add(argument);
        // One without a value anywhere is not set, which `-` and `+` without a colon tell apart.
        const known = given[argument] ?? (value === undefined ? undefined : substitute(value, globals));
        if (isBeforeFrom && known !== undefined) globals.set(argument, known);
      }
    }
    if (name === 'FROM') {
      isBeforeFrom = false;
      const [image = '', , stage] = rest.split(/\s+/);
      const used = usedVariables([image, ...flags].join(' '));
      for (const argument of PLATFORM_ARGUMENTS) {
        if (!globals.has(argument) && used.has(argument)) onlyBuildKit.add(`FROM with $${argument}`);
      }
      addImage(substitute(image, globals));
      if (stage !== undefined) stages.add(stage.toLowerCase());
    }
  }
  if (directives.syntax !== undefined) addImage(directives.syntax);
  return {
    images: [...images],
    buildArguments,
    onlyBuildKit: [...onlyBuildKit],
    ...(directives.syntax === undefined ? {} : { syntax: directives.syntax }),
  };
}

/** Comments of the form `# name=value` before anything else. */
function readDirectives(lines: readonly string[]): {
  readonly syntax?: string;
  readonly escapeCharacter: string;
} {
  const directives = new Map<string, string>();
  for (const line of lines) {
    // Whatever follows the sign is the value: a pattern that looks for its end would try every space as the end.
    const [, name, value] = /^\s*#\s*([A-Za-z][\w-]*)\s*=(.*)$/s.exec(line) ?? [];
    if (name === undefined || value === undefined || directives.has(name.toLowerCase())) break;
    directives.set(name.toLowerCase(), value.trim());
  }
  const syntax = directives.get('syntax');
  const escapeCharacter = directives.get('escape') === '`' ? '`' : '\\';
  return { escapeCharacter, ...(syntax ? { syntax } : {}) };
}

function readInstructions(lines: readonly string[], escapeCharacter: string): readonly Instruction[] {
  const instructions: Instruction[] = [];
  let at = 0;
  while (at < lines.length) {
    let logical = '';
    let goesOn = true;
    while (goesOn && at < lines.length) {
      const line = lines[at] ?? '';
      at += 1;
      // An instruction may contain comments and empty lines.
      if (/^\s*(?:#|$)/.test(line)) {
        if (logical === '') break;
        continue;
      }
      goesOn = line.trimEnd().endsWith(escapeCharacter);
      logical += goesOn ? `${line.trimEnd().slice(0, -escapeCharacter.length)} ` : line;
    }
    const instruction = parseInstruction(logical);
    if (instruction === undefined) continue;
    instructions.push(instruction);
    at = afterHereDocuments(instruction, lines, at);
  }
  return instructions;
}

function parseInstruction(line: string): Instruction | undefined {
  const [, name, after = ''] = /^\s*([A-Za-z]+)(?!\S)(.*)$/s.exec(line) ?? [];
  if (name === undefined) return undefined;
  const words = after.trim().split(/\s+/);
  const end = words.findIndex((word) => !word.startsWith('--'));
  const flags = end < 0 ? words : words.slice(0, end);
  return { name: name.toUpperCase(), flags, rest: words.slice(flags.length).join(' ') };
}

function hasHereDocument(name: string, rest: string): boolean {
  return hereDocumentsOf({ name, rest }).length > 0;
}

function hereDocumentsOf({ name, rest }: Pick<Instruction, 'name' | 'rest'>): readonly RegExpExecArray[] {
  // In the JSON form it is only text.
  const takesOne = ['RUN', 'COPY', 'ADD'].includes(name) && !rest.startsWith('[');
  if (!takesOne) return [];
  return [...rest.matchAll(WORD)].map(([word]) => HERE_DOCUMENT.exec(word)).filter((found) => found !== null);
}

/** The line after the bodies of the here-documents of an instruction. */
function afterHereDocuments(instruction: Instruction, lines: readonly string[], from: number): number {
  let at = from;
  for (const { groups } of hereDocumentsOf(instruction)) {
    const isEnd = (line: string): boolean =>
      (groups?.tabs === '-' ? line.replace(/^\t+/, '') : line) === groups?.word;
    while (at < lines.length && !isEnd(lines[at] ?? '')) at += 1;
    at += 1;
  }
  return at;
}

/** `NAME`, `NAME=value` and `NAME="value"`, several on a line. */
function readArguments(rest: string): readonly (readonly [name: string, value: string | undefined])[] {
  return [...rest.matchAll(/([A-Za-z_]\w*)(?:=("[^"]*"|'[^']*'|\S*))?/g)].map(([, name = '', value]) => [
    name,
    value,
  ]);
}

/** The variables that a text uses, as `$NAME` or `${NAME…`. */
function usedVariables(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/\$\{?(\w+)/g)].map(([, name = '']) => name));
}

/** No image name has more `${…}` inside of each other. */
const MOST_NESTED = 20;
/** No reference is that long. Arguments that repeat each other twice would fill the memory after a few lines. */
const LONGEST_VALUE = 4096;

/**
 * `$NAME`, `${NAME}`, and with what stands for a value: `${NAME:-default}`, `${NAME:+other}`, and both without the colon. Quotes
 * are taken off; what is in single ones stays as it is. Empty when it would be longer than LONGEST_VALUE.
 * https://docs.docker.com/reference/dockerfile/#environment-replacement
 */
function substitute(text: string, values: ReadonlyMap<string, string>, depth = 0): string {
  const pieces = /"|'([^']*)'|\\(.)|\$(\w+)|\$\{(\w+)(:?[-+?])?/gs;
  const lastEnd = text.lastIndexOf('}');
  let result = '';
  let at = 0;
  for (let piece = pieces.exec(text); piece !== null; piece = pieces.exec(text)) {
    const [whole, literal = '', escaped = '', plain, braced = '', operator] = piece;
    result += text.slice(at, piece.index) + literal + escaped;
    if (result.length > LONGEST_VALUE) return '';
    at = pieces.lastIndex;
    if (plain !== undefined) result += values.get(plain) ?? '';
    else if (operator === undefined) {
      result += values.get(braced) ?? '';
      if (braced !== '' && at <= lastEnd) at = text.indexOf('}', at) + 1;
      pieces.lastIndex = at;
    } else {
      const end = endOfBraces(text, piece.index + whole.length);
      const word = depth < MOST_NESTED ? substitute(text.slice(at, end), values, depth + 1) : '';
      const value = values.get(braced);
      const isSet = operator.startsWith(':') ? value !== undefined && value !== '' : value !== undefined;
      if (operator.endsWith('+')) result += isSet ? word : '';
      else result += isSet ? value : operator.endsWith('-') ? word : '';
      at = end + 1;
      pieces.lastIndex = at;
    }
  }
  result += text.slice(at);
  return result.length > LONGEST_VALUE ? '' : result;
}

/** Where the `}` is that belongs to a `${` before. */
function endOfBraces(text: string, from: number): number {
  let open = 1;
  for (let at = from; at < text.length; at += 1) {
    if (text.startsWith('${', at)) open += 1;
    else if (text[at] === '}') open -= 1;
    if (open === 0) return at;
  }
  return text.length;
}
