import type { Service } from '@aws-sdk/client-ecs';
import type { DeploymentSettings } from '../../../../shared/model/change.ts';
import type { Check } from '../../../../shared/model/plan.ts';
import { fail, pass, warn } from '../../ecs/check.ts';

/**
 * Traffic is shifted by the listener rules of a load balancer, or by Service Connect, and what is set for one
 * strategy means nothing to another.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
 */
export function strategyFits(service: Service): Check {
  const { deploymentConfiguration = {}, loadBalancers = [] } = service;
  const strategy = deploymentConfiguration.strategy ?? 'ROLLING';
  if (strategy === 'ROLLING') return pass('strategy', 'ECS replaces task by task (ROLLING)');
  const unready = loadBalancers.some(({ advancedConfiguration: advanced }) => {
    const { alternateTargetGroupArn, productionListenerRule, roleArn } = advanced ?? {};
    return [alternateTargetGroupArn, productionListenerRule, roleArn].includes(undefined);
  });
  if (unready) {
    return fail(
      'strategy',
      `${strategy} needs a second target group, a listener rule and a role for each load balancer`,
      'Set the advanced configuration of the load balancers of the service first, or use ROLLING.',
    );
  }
  if (loadBalancers.length > 0 || isConnected(service))
    return pass('strategy', `The service can shift its traffic (${strategy})`);
  if (strategy === 'BLUE_GREEN') {
    return warn(
      'strategy',
      'BLUE_GREEN has no traffic to shift: the service has no load balancer and no Service Connect',
      'ECS starts a second set of tasks and stops the first set after the bake time.',
    );
  }
  // DescribeServices does not say whether there is a gateway connector, and a newer ECS may shift in other ways.
  return warn(
    'strategy',
    `${strategy} shifts traffic, and the service has neither a load balancer nor Service Connect`,
    'ECS refuses this unless it can shift the traffic in another way, such as a gateway connector. Otherwise choose ROLLING or BLUE_GREEN.',
  );
}

/** ECS refuses settings of a strategy that the service does not have. */
export function settingsBelongToStrategy(
  { linearConfiguration, canaryConfiguration }: DeploymentSettings,
  { deploymentConfiguration }: Service,
): Check | undefined {
  const strategy = deploymentConfiguration?.strategy ?? 'ROLLING';
  if (linearConfiguration !== undefined && strategy !== 'LINEAR') return misplaced('linear', strategy);
  if (canaryConfiguration !== undefined && strategy !== 'CANARY') return misplaced('canary', strategy);
  return undefined;
}

function misplaced(settings: string, strategy: string): Check {
  return fail(
    'strategy-settings',
    `The ${settings} settings don't apply to the strategy ${strategy}`,
    `Choose the strategy ${settings.toUpperCase()}, or remove these settings.`,
  );
}

/** Only a load balancer, Service Connect or VPC Lattice has health checks to wait for. */
export function gracePeriodFits(service: Service): Check | undefined {
  const { healthCheckGracePeriodSeconds: grace = 0, loadBalancers = [] } = service;
  if (grace === 0 || loadBalancers.length > 0 || isConnected(service)) return undefined;
  const lattice = service.deployments?.some((each) => (each.vpcLatticeConfigurations ?? []).length > 0);
  if (lattice === true) return undefined;
  return warn(
    'grace-period',
    'A health check grace period needs a load balancer, and the service has none',
    'ECS refuses it unless the service is reached in another way, such as a gateway connector. Otherwise set it to 0; for container health checks, use startPeriod.',
  );
}

function isConnected({ deployments = [] }: Service): boolean {
  const primary = deployments.find(({ status }) => status === 'PRIMARY');
  return primary?.serviceConnectConfiguration?.enabled === true;
}
