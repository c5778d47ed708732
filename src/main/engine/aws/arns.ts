/** Family and number, such as `web:41`, of the ARN of a task definition. */
export function revisionNameOf(taskDefinitionArn: string): string {
  return lastPartOf(taskDefinitionArn);
}

/** The part after the last slash of an ARN: the name or id that people know. */
export function lastPartOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

/** For example `production/web`. */
export function serviceLabel({
  cluster,
  service,
}: {
  readonly cluster: string;
  readonly service: string;
}): string {
  return `${cluster}/${service}`;
}
