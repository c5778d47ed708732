/* oxlint-disable no-control-regex -- escape sequences are what is looked for */

/**
 * Control sequences except those for colours, operating system commands such as titles and the clipboard, and other
 * escapes, each with its C1 form. An unterminated one ends at the next, so that matching takes linear time.
 * https://ecma-international.org/publications-and-standards/standards/ecma-48/
 */
const OTHER_SEQUENCE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /(?:\u001b\[|\u009b)(?![0-9;:]*m)[0-?]*[ -/]*[@-~]?|(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-Z\\-~]|\u001b$/g;
/** A sequence for colours. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
export const COLOURS = /(?:\u001b\[|\u009b)[0-9;:]*m/g;

/** A text without escape sequences. */
export function plainText(raw: string): string {
  return hasEscape(raw) ? withColoursOnly(raw).replaceAll(COLOURS, '') : raw;
}

export function hasEscape(text: string): boolean {
  return text.includes('\u001b') || /[\u0090-\u009f]/.test(text);
}

/** A text whose only sequences are those for colours, in their ESC form. */
export function withColoursOnly(raw: string): string {
  return raw.replaceAll(OTHER_SEQUENCE, '').replaceAll('\u009b', '\u001b[');
}
