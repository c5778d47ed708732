/** Something that RegisterTaskDefinition refuses or ignores, found before ECS is asked. */
export interface RefusedContent {
  /** Where it stands, such as `['containerDefinitions', 0, 'image']`; empty for the whole. */
  readonly path: readonly (string | number)[];
  /** One sentence without its full stop. */
  readonly message: string;
  readonly advice: string;
  /** Where ECS accepts it and ignores it, or may accept it by now. */
  readonly severity?: 'warning';
}

export function refusal(path: readonly (string | number)[], message: string, advice: string): RefusedContent {
  return { path, message, advice };
}
