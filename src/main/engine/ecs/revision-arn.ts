/** The ARN of a revision in its two parts: `arn:…:task-definition/web:` for the family, and the number. */
export interface PlaceInFamily {
  readonly family: string;
  readonly number: number;
}

export function placeInFamily(arn: string): PlaceInFamily {
  const end = arn.lastIndexOf(':') + 1;
  return { family: arn.slice(0, end), number: Number(arn.slice(end)) };
}
