import type { Service } from '@aws-sdk/client-ecs';
import type { DeploymentSettings } from '../../../../shared/model/change.ts';
import type { Check } from '../../../../shared/model/plan.ts';
import { fail, pass, type Reading, unknown, warn } from '../../ecs/check.ts';

/**
 * Traffic is shifted by the listener rules of a load balancer, by Service Connect or by a gateway connector, and what is
 * set for one strategy means nothing to another. `connectors` are the port names that gateways reach.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
 */
export function strategyFits(service: Service, connectors: Reading<readonly string[]>): Check {
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
  if (loadBalancers.length > 0 || isConnected(service) || hasConnector(connectors))
    return pass('strategy', `The service can shift its traffic (${strategy})`);
  if (connectors.state === 'unreadable') {
    return unknown(
      'strategy',
      `Couldn't verify that the service can shift its traffic (${strategy}): ${connectors.reason}`,
      'The service has no load balancer and no Service Connect, so ECS needs a gateway connector. Check its service revision.',
    );
  }
  if (strategy === 'BLUE_GREEN') {
    return warn(
      'strategy',
      'BLUE_GREEN has no traffic to shift: the service has no load balancer, Service Connect or gateway connector',
      'ECS starts a second set of tasks and stops the first set after the bake time.',
    );
  }
  // A newer ECS may shift in other ways.
  return warn(
    'strategy',
    `${strategy} shifts traffic, and the service has no load balancer, Service Connect or gateway connector`,
    'ECS refuses this unless it can shift the traffic in another way. Otherwise choose ROLLING or BLUE_GREEN.',
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

/** Only a load balancer, Service Connect, a gateway or VPC Lattice has health checks to wait for. */
export function gracePeriodFits(service: Service, connectors: Reading<readonly string[]>): Check | undefined {
  const { healthCheckGracePeriodSeconds: grace = 0, loadBalancers = [] } = service;
  if (grace === 0 || loadBalancers.length > 0 || isConnected(service) || hasConnector(connectors))
    return undefined;
  const lattice = service.deployments?.some((each) => (each.vpcLatticeConfigurations ?? []).length > 0);
  if (lattice === true) return undefined;
  return warn(
    'grace-period',
    'A health check grace period needs a load balancer, and the service has none',
    'ECS refuses it unless the service is reached in another way, such as a gateway connector. Otherwise set it to 0; for container health checks, use startPeriod.',
  );
}

function hasConnector(connectors: Reading<readonly string[]>): boolean {
  return connectors.state === 'read' && connectors.value.length > 0;
}

function isConnected({ deployments = [] }: Service): boolean {
  const primary = deployments.find(({ status }) => status === 'PRIMARY');
  return primary?.serviceConnectConfiguration?.enabled === true;
}
