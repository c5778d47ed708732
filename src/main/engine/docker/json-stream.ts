/**
 * The values of a stream of JSON objects, one after the other, as the Docker Engine sends its progress: objects may
 * stand on one line or go over several, and a chunk may end anywhere. Throws a SyntaxError for what is no JSON; half an
 * object at the end is left out, since the connection broke there.
 */
export async function* readJsonStream(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder();
  const scanner = createObjectScanner();
  for await (const chunk of chunks) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    for (const object of scanner(text)) yield JSON.parse(object);
  }
}

/** In characters. Lines of a build are far shorter. */
const LONGEST_OBJECT = 16 * 1024 * 1024;

/** Cuts text into whole objects: counts braces outside of strings, and keeps the rest for the next piece. */
function createObjectScanner(): (text: string) => readonly string[] {
  let pending = '';
  let depth = 0;
  let inString = false;
  let escaped = false;

  return (text) => {
    const objects: string[] = [];
    let start = 0;
    for (let index = 0; index < text.length; index += 1) {
      const character = text[index];
      if (escaped) escaped = false;
      else if (inString) {
        if (character === '\\') escaped = true;
        else if (character === '"') inString = false;
      } else if (character === '"') inString = true;
      else if (character === '{') depth += 1;
      else if (character === '}') {
        depth -= 1;
        if (depth > 0) continue;
        objects.push(pending + text.slice(start, index + 1));
        pending = '';
        start = index + 1;
        depth = 0;
      }
    }
    pending += text.slice(start);
    if (pending.length > LONGEST_OBJECT) throw new SyntaxError('An object of the stream has no end.');
    return objects;
  };
}
