/** Makes the compiler prove that a union was handled whole; throws if data from outside breaks the promise. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
