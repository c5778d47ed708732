/** A task set of a service that CodeDeploy deploys. */
export interface ControlledTaskSet {
  readonly arn: string;
  /** For example `ecs-svc/1234567890123456789`. */
  readonly id: string;
  readonly status: 'PRIMARY' | 'ACTIVE' | 'DRAINING';
  readonly taskDefinitionArn: string;
  readonly targetGroupArn: string | undefined;
  readonly desiredCount: number;
  readonly pendingCount: number;
  readonly runningCount: number;
  /** Whether all of its tasks run and are healthy. */
  readonly isSteady: boolean;
}

/** What a new task set has other than the primary one, whose other members it takes over. */
export interface NewTaskSet {
  /** An ARN or `family:revision`. */
  readonly taskDefinition: string;
  readonly targetGroupArn: string | undefined;
  readonly containerName: string | undefined;
  readonly containerPort: number | undefined;
  readonly platformVersion: string | undefined;
  /** The id of the deployment. */
  readonly externalId: string;
}

/** What CodeDeploy does to services of ECS. Only those with the CODE_DEPLOY controller are its own. */
export interface ControlledServices {
  /** The ARN of an active service that CodeDeploy may deploy. Undefined when there is none of that name. */
  find(cluster: string, service: string): string | undefined;
  /** The task sets of a service, the oldest first. */
  taskSets(serviceArn: string): readonly ControlledTaskSet[];
  /**
   * Creates a task set with all tasks of the service, and returns its ARN.
   *
   * @throws AwsError of ECS, such as for a task definition that is not active.
   */
  createTaskSet(serviceArn: string, content: NewTaskSet): string;
  makePrimary(taskSetArn: string): void;
  /** Stops the tasks of a set; it is gone once they are. */
  deleteTaskSet(taskSetArn: string): void;
}
