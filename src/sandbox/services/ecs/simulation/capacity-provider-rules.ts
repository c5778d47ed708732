import type { AutoScalingGroupProvider, CapacityProviderStrategyItem } from '@aws-sdk/client-ecs';
import { lastPart } from './arns.ts';
import { invalidParameter } from './errors.ts';

/** Every account has these, and nobody can change them. */
export const OF_AWS = ['FARGATE', 'FARGATE_SPOT'] as const;
const HEAVIEST = 1000;
const LARGEST_BASE = 100_000;

export function isOfAws(name: string): boolean {
  return OF_AWS.some((each) => each === name);
}

/**
 * Throws InvalidParameterException for a default strategy that a cluster with these providers cannot have.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html
 */
export function checkDefaultStrategy(
  strategy: readonly CapacityProviderStrategyItem[],
  providers: readonly string[],
): void {
  checkAssociation(strategy, providers);
  checkStrategy(strategy);
}

/** Throws InvalidParameterException, in the message of AWS, for a provider that is not associated with the cluster. */
export function checkAssociation(
  strategy: readonly CapacityProviderStrategyItem[],
  providers: readonly string[],
): void {
  const names = new Set(providers.map(lastPart));
  if (strategy.every(({ capacityProvider = '' }) => names.has(lastPart(capacityProvider)))) return;
  throw invalidParameter(
    'The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster or specify a valid capacity provider and try again.',
  );
}

/**
 * Throws InvalidParameterException for a strategy that ECS refuses: providers are all of Fargate or none, one of them has a
 * base, and one has a weight above 0.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
 */
export function checkStrategy(strategy: readonly CapacityProviderStrategyItem[]): void {
  for (const { weight = 0, base = 0 } of strategy) {
    if (weight < 0 || weight > HEAVIEST) throw invalidParameter(`weight must be between 0 and ${HEAVIEST}.`);
    if (base < 0 || base > LARGEST_BASE) {
      throw invalidParameter(`base must be between 0 and ${LARGEST_BASE}.`);
    }
  }
  if (strategy.filter(({ base = 0 }) => base > 0).length > 1) {
    throw invalidParameter('Only one capacity provider of a strategy can have a base.');
  }
  const fargate = strategy.filter(({ capacityProvider = '' }) => isOfAws(capacityProvider));
  if (fargate.length > 0 && fargate.length < strategy.length) {
    throw invalidParameter(
      'A capacity provider strategy cannot contain a mix of capacity providers using Auto Scaling groups and Fargate providers. Specify one or the other and try again.',
    );
  }
  const names = new Set(strategy.map(({ capacityProvider }) => capacityProvider));
  if (names.size < strategy.length) {
    throw invalidParameter('A capacity provider strategy can name each capacity provider once.');
  }
  // One provider takes all tasks whatever its weight, which is 0 where it is left out.
  if (strategy.length > 1 && strategy.every(({ weight = 0 }) => weight === 0)) {
    throw invalidParameter('At least one capacity provider of a strategy must have a weight greater than 0.');
  }
}

/**
 * Throws InvalidParameterException for steps in the wrong order, and for protection of instances that ECS does not scale.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AutoScalingGroupProvider.html
 */
export function checkAutoScalingGroup({
  managedScaling,
  managedTerminationProtection,
}: AutoScalingGroupProvider): void {
  const {
    status,
    minimumScalingStepSize: least = 1,
    maximumScalingStepSize: most = 10_000,
  } = managedScaling ?? {};
  if (least > most) {
    throw invalidParameter('minimumScalingStepSize must not be greater than maximumScalingStepSize.');
  }
  if (managedTerminationProtection === 'ENABLED' && status !== 'ENABLED') {
    throw invalidParameter('Managed termination protection can only be enabled with managed scaling.');
  }
}
