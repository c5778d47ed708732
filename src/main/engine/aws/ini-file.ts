/** A value of a shared AWS file, with the line that it starts in. */
export interface IniValue {
  readonly text: string;
  readonly line: number;
  /** The settings indented below a name without a value, such as those of `ecs =`. */
  readonly nested: ReadonlyMap<string, string>;
}

export interface IniSection {
  /** What stands between the brackets. */
  readonly header: string;
  readonly line: number;
  /** By name in lower case. */
  readonly settings: ReadonlyMap<string, IniValue>;
}

export interface IniFile {
  readonly sections: readonly IniSection[];
  /** The lines that are neither a section, a setting nor a comment. */
  readonly damagedLines: readonly number[];
  /** The lines that set what their section has set before; they count. */
  readonly repeatedLines: readonly number[];
}

interface OpenValue {
  readonly indent: number;
  readonly line: number;
  readonly first: string;
  readonly more: string[];
}

/** In these settings `#` and `;` after a space start no comment, because they may be inside quotes. */
const COMMANDS: ReadonlySet<string> = new Set(['credential_process']);
const SETTING = /^(?<name>[^=:\s][^=:]*)[=:](?<value>.*)$/;

/**
 * Reads a shared AWS file as the AWS CLI does (Python's RawConfigParser): names of settings are in any case, `=` or `:`
 * follows them, deeper indented lines continue a value, and lines of comments start with `#` or `;`. Beyond that, a
 * comment may follow a value, as in the AWS SDKs, and a damaged line is passed over. What follows a damaged header belongs to
 * no section: it must not get into the one before.
 * https://github.com/boto/botocore/blob/develop/botocore/configloader.py
 */
export function readIni(text: string): IniFile {
  const sections: { header: string; line: number; values: Map<string, OpenValue> }[] = [];
  const damagedLines: number[] = [];
  const repeatedLines: number[] = [];
  let isAfterDamagedHeader = false;
  let last: { readonly name: string; readonly value: OpenValue } | undefined;

  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|[\r\n]/)
    .entries()) {
    const line = index + 1;
    const content = raw.trim();
    if (content === '' || /^[#;]/.test(content)) continue;
    const indent = raw.length - raw.trimStart().length;
    if (last !== undefined && indent > last.value.indent && continues(last, content)) {
      last.value.more.push(content);
      continue;
    }
    const header = headerIn(content);
    if (header !== undefined) {
      sections.push({ header, line, values: new Map() });
      last = undefined;
      isAfterDamagedHeader = false;
      continue;
    }
    if (content.startsWith('[')) {
      damagedLines.push(line);
      last = undefined;
      isAfterDamagedHeader = true;
      continue;
    }
    if (isAfterDamagedHeader) continue;
    const { name, value } = SETTING.exec(content)?.groups ?? {};
    const section = sections.at(-1);
    if (name === undefined || value === undefined || section === undefined) {
      damagedLines.push(line);
      continue;
    }
    const key = name.trim().toLowerCase();
    if (section.values.has(key)) repeatedLines.push(line);
    last = { name: key, value: { indent, line, first: settingText(key, value), more: [] } };
    section.values.set(key, last.value);
  }
  return {
    sections: sections.map(({ header, line, values }) => ({ header, line, settings: settingsOf(values) })),
    damagedLines,
    repeatedLines,
  };
}

/** The text between the brackets: up to the comment, or else up to the last bracket. What follows it counts for nothing. */
function headerIn(content: string): string | undefined {
  const commented =
    /^\[(?<header>[^[\]]+)\]\s*(?:[#;].*)?$/.exec(content) ?? /^\[(?<header>.+)\]/.exec(content);
  return commented?.groups?.header;
}

/** An indented setting after a value of its own is a setting, though the AWS CLI would add it to the value. */
function continues(
  { name, value }: { readonly name: string; readonly value: OpenValue },
  content: string,
): boolean {
  return value.first === '' || COMMANDS.has(name) || !SETTING.test(content);
}

function settingsOf(values: ReadonlyMap<string, OpenValue>): ReadonlyMap<string, IniValue> {
  return new Map(
    [...values].map(([name, { first, more, line }]) => {
      const nested = first === '' ? nestedIn(more) : new Map<string, string>();
      return [name, { text: [first, ...more].join(' ').trim(), line, nested }];
    }),
  );
}

function nestedIn(lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    lines.flatMap((content) => {
      const at = content.indexOf('=');
      return at < 1 ? [] : [[content.slice(0, at).trim(), withoutComment(content.slice(at + 1))] as const];
    }),
  );
}

function settingText(name: string, text: string): string {
  return COMMANDS.has(name) ? text.trim() : withoutComment(text);
}

function withoutComment(text: string): string {
  return (text.split(/(?:^|\s)[#;]/)[0] ?? '').trim();
}

/**
 * The words of a text as a POSIX shell splits them, with quotes and backslashes; undefined where a quote is not closed.
 * (Python's shlex, by which the AWS CLI reads names of sections and commands.)
 */
export function shellWordsIn(text: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    const next = text.charAt(at + 1);
    if (quote === "'" || quote === '"') {
      if (character === quote) quote = undefined;
      else if (quote === '"' && character === '\\' && /["\\]/.test(next)) {
        word = `${word ?? ''}${next}`;
        at += 1;
      } else word = `${word ?? ''}${character}`;
    } else if (character === "'" || character === '"') {
      quote = character;
      word ??= '';
    } else if (character === '\\') {
      if (next === '') return undefined;
      word = `${word ?? ''}${next}`;
      at += 1;
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = `${word ?? ''}${character}`;
  }
  if (quote !== undefined) return undefined;
  return word === undefined ? words : [...words, word];
}
