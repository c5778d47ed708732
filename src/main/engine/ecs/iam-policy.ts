/** A statement of an IAM policy that allows something. */
export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The JSON of a policy, to be handed to an administrator. */
export function policyText(statements: readonly PolicyStatement[]): string {
  return `${JSON.stringify({ Version: '2012-10-17', Statement: statements }, undefined, 2)}\n`;
}

/**
 * Passing roles to the tasks of ECS and to nothing else; none without roles.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
 */
export function passingRoles(roles: readonly string[]): readonly PolicyStatement[] {
  if (roles.length === 0) return [];
  return [
    {
      Sid: 'PassTheRolesOfTasks',
      Effect: 'Allow',
      Action: ['iam:PassRole'],
      Resource: roles,
      Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
    },
  ];
}

/** Setting the tags of new revisions while they are registered. `revisions`: an ARN such as `…:task-definition/web:*`. */
export function taggingRevisions(revisions: string): PolicyStatement {
  return {
    Sid: 'TagRevisions',
    Effect: 'Allow',
    Action: ['ecs:TagResource'],
    Resource: revisions,
    Condition: { StringEquals: { 'ecs:CreateAction': 'RegisterTaskDefinition' } },
  };
}
