/** Lets the compiler check that every case of a union is handled; throws if outside data breaks it. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
