import { canonicalJson } from './canonical-json.ts';

/** The CLI names its options after the fields of the API, and writes false as `--no-` and the name. */
export function optionsOf(members: object): readonly string[] {
  const given = Object.entries(members).filter(([, value]: [string, unknown]) => value !== undefined);
  return given.map(([member, value]: [string, unknown]) => {
    const name = member.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    switch (typeof value) {
      case 'boolean':
        return value ? `--${name}` : `--no-${name}`;
      case 'object':
        return `--${name} ${shellWord(canonicalJson(value))}`;
      default:
        return `--${name} ${shellWord(String(value))}`;
    }
  });
}

/** A text as one word of a POSIX shell: as it is where no character means anything, else in single quotes. */
export function shellWord(text: string): string {
  if (/^[A-Za-z0-9_./:@%+=,-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
