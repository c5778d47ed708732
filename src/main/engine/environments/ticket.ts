/** Matches no text: what counts while the pattern of the rules is not valid. */
export const NO_TICKET = '[^\\s\\S]';

/** Whether one of the texts contains what a rule asks for, in time that is linear in the text. */
export async function namesTicket(pattern: string, texts: readonly (string | undefined)[]): Promise<boolean> {
  // Loaded when a rule asks for it: it would take a part of each start of the engine.
  const { RE2JS, RE2JSException } = await import('re2js');
  try {
    const compiled = RE2JS.compile(pattern);
    return texts.some((text) => text !== undefined && compiled.matcher(text).find());
  } catch (error) {
    // A pattern that RE2 does not take matches nothing.
    if (error instanceof RE2JSException) return false;
    throw error;
  }
}
