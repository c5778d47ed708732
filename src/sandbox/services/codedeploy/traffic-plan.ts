import { DeploymentConfigDoesNotExistException$ } from '@aws-sdk/client-codedeploy';
import { awsError } from '../../aws-api/service.ts';

/** From `afterSeconds` after the first shift on, this share of the traffic goes to the replacement task set. */
export interface TrafficStep {
  readonly afterSeconds: number;
  readonly percent: number;
}

export const DEFAULT_CONFIG = 'CodeDeployDefault.ECSAllAtOnce';

const MINUTE = 60;

/** https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html */
const CONFIGS: Readonly<Record<string, readonly TrafficStep[]>> = {
  [DEFAULT_CONFIG]: [{ afterSeconds: 0, percent: 100 }],
  'CodeDeployDefault.ECSLinear10PercentEvery1Minutes': linear(MINUTE),
  'CodeDeployDefault.ECSLinear10PercentEvery3Minutes': linear(3 * MINUTE),
  'CodeDeployDefault.ECSCanary10Percent5Minutes': canary(5 * MINUTE),
  'CodeDeployDefault.ECSCanary10Percent15Minutes': canary(15 * MINUTE),
};

/**
 * The steps in which a deployment configuration shifts traffic.
 *
 * @throws AwsError DeploymentConfigDoesNotExistException; configurations of one's own don't exist.
 */
export function trafficSteps(configName: string): readonly TrafficStep[] {
  const steps = CONFIGS[configName];
  if (steps !== undefined) return steps;
  throw awsError(
    DeploymentConfigDoesNotExistException$,
    `No deployment configuration found for name: ${configName}`,
  );
}

function linear(everySeconds: number): readonly TrafficStep[] {
  return Array.from({ length: 10 }, (_, index) => ({
    afterSeconds: index * everySeconds,
    percent: (index + 1) * 10,
  }));
}

function canary(seconds: number): readonly TrafficStep[] {
  return [
    { afterSeconds: 0, percent: 10 },
    { afterSeconds: seconds, percent: 100 },
  ];
}
