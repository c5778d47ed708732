/** A type of the SDK, whose members are all optional, with those that the sandbox always has. */
export type WithRequired<T, K extends keyof T> = Omit<T, K> & { readonly [P in K]-?: NonNullable<T[P]> };
