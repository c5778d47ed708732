import type {
  AutoScalingGroupProvider,
  AutoScalingGroupProviderUpdate,
  ManagedScaling,
} from '@aws-sdk/client-ecs';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ManagedScaling.html */
const MANAGED_SCALING: ManagedScaling = {
  status: 'DISABLED',
  targetCapacity: 100,
  minimumScalingStepSize: 1,
  maximumScalingStepSize: 10_000,
  instanceWarmupPeriod: 300,
};

/** The Auto Scaling group of a capacity provider, with ECS's defaults for what the request leaves out. */
export function completedProvider(provider: AutoScalingGroupProvider): AutoScalingGroupProvider {
  return {
    managedTerminationProtection: 'DISABLED',
    ...provider,
    managedScaling: { ...MANAGED_SCALING, ...given(provider.managedScaling) },
  };
}

/** What an update leaves out stays as it was. */
export function updatedProvider(
  known: AutoScalingGroupProvider,
  update: AutoScalingGroupProviderUpdate | undefined,
): AutoScalingGroupProvider {
  const managedScaling = { ...known.managedScaling, ...given(update?.managedScaling) };
  return completedProvider({ ...known, ...given(update), managedScaling });
}

function given<T extends object>(members: T | undefined): Partial<T> {
  const entries = Object.entries(members ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<T>;
}
