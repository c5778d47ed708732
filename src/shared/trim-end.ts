/**
 * A text without the characters that it ends with, such as slashes. A pattern like `/\/+$/` begins again at each of them,
 * which takes minutes for a text of many that ends with something else.
 */
export function trimEndOf(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
