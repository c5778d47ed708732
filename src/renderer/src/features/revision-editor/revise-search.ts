/** The revision that a new one starts from, such as `web:41`. */
interface ReviseSearch {
  readonly from: string;
}

/** The search of the editor; without a revision it is empty, and the page says so. */
export function parseReviseSearch(raw: Readonly<Record<string, unknown>>): ReviseSearch {
  return { from: typeof raw.from === 'string' ? raw.from : '' };
}
