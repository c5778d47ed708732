interface ReadPage<T> {
  readonly items: readonly T[] | undefined;
  readonly next: string | undefined;
}

/** The items of all pages of a list that the SDK has no paginator for. */
export async function allPages<T>(
  read: (token: string | undefined) => Promise<ReadPage<T>>,
): Promise<readonly T[]> {
  const items: T[] = [];
  let token: string | undefined;
  do {
    const page = await read(token);
    items.push(...(page.items ?? []));
    token = page.next;
  } while (token !== undefined);
  return items;
}
