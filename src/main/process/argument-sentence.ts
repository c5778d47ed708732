/** What `parseArgs` of Node says about an argument, without its advice for programmers. */
export function argumentSentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('. To specify', 1)[0] ?? message;
}
