const DAY_MS = 24 * 60 * 60 * 1000;

export function daysBefore(time: Date, days: number): Date {
  return new Date(Math.round(time.getTime() - days * DAY_MS));
}

/** A number that follows from a name, so that each part of the scenario has its own, repeatable chance. */
export function seedOf(name: string): number {
  let seed = 17;
  for (const letter of name) seed = (Math.imul(seed, 31) + (letter.codePointAt(0) ?? 0)) >>> 0;
  return seed;
}
