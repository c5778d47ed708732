/**
 * Characters that steer a terminal or an editor instead of being seen: control characters (C0, C1 and DEL), format
 * characters (among them those that turn the direction of text, and ones without width), and the separators of lines
 * and paragraphs. https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A text on one line in which every character is seen: unseen ones are written as JSON escapes, such as `\u202e`. */
export function visibleText(text: string): string {
  return text.replaceAll(UNSEEN, escapes);
}

/** The same for JSON text that stands on one line: it still means the same, since unseen characters stand in strings only. */
export function visibleJson(value: unknown): string {
  return visibleText(JSON.stringify(value));
}

/** Beyond the first plane a character is two escapes in JSON. */
function escapes(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
