/** A task definition as others name it (`taskDefinition` of RunTask). */
export interface NamedTaskDefinition {
  readonly family: string;
  /** Without one, the newest ACTIVE revision of the family is meant. */
  readonly revision: number | undefined;
  readonly isArn: boolean;
}

const NAMED =
  /^(?<arn>arn:[\w-]+:ecs:[\w-]+:\d{12}:task-definition\/)?(?<family>[\w-]{1,255})(?::(?<revision>\d+))?$/;

/** Reads `web`, `web:5` and the ARNs of both; undefined for what no task can be run of. */
export function namedTaskDefinition(text: string): NamedTaskDefinition | undefined {
  const { arn, family, revision } = NAMED.exec(text)?.groups ?? {};
  if (family === undefined) return undefined;
  return {
    family,
    revision: revision === undefined ? undefined : Number(revision),
    isArn: arn !== undefined,
  };
}
