/**
 * What `read` returns for each item, in the order of the items, while up to `most` of them are being read. An error ends
 * it at the place of its item.
 */
export async function* readAhead<T, R>(
  items: AsyncIterable<T>,
  most: number,
  read: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const reading: Promise<R>[] = [];
  for await (const item of items) {
    const result = read(item);
    // It may reject before its turn.
    result.catch(() => undefined);
    reading.push(result);
    const first = reading.length < most ? undefined : reading.shift();
    if (first !== undefined) yield await first;
  }
  for (const result of reading) yield await result;
}
