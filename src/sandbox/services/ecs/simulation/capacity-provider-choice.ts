import type { CapacityProviderStrategyItem } from '@aws-sdk/client-ecs';

/**
 * Names the capacity provider of each next task: the one with a base until that many of its tasks are there, then by
 * the weights. `present` are the providers of the tasks that are there already. Undefined without a strategy.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
 */
export function chooseProviders(
  strategy: readonly CapacityProviderStrategyItem[] | undefined,
  present: readonly (string | undefined)[],
): () => string | undefined {
  const counts = new Map<string, number>();
  const add = (provider: string): void => {
    counts.set(provider, (counts.get(provider) ?? 0) + 1);
  };
  for (const provider of present) if (provider !== undefined) add(provider);
  return () => {
    const provider = nextProvider(strategy ?? [], (name) => counts.get(name) ?? 0);
    if (provider !== undefined) add(provider);
    return provider;
  };
}

function nextProvider(
  strategy: readonly CapacityProviderStrategyItem[],
  countOf: (provider: string) => number,
): string | undefined {
  const items = strategy.map(({ capacityProvider = '', base = 0, weight = 0 }) => ({
    capacityProvider,
    weight,
    missing: base - countOf(capacityProvider),
    beyondBase: Math.max(countOf(capacityProvider) - base, 0),
  }));
  const [first] = items;
  const below = items.find(({ missing }) => missing > 0);
  if (below !== undefined) return below.capacityProvider;
  const [next = first] = items
    .filter(({ weight }) => weight > 0)
    .toSorted((one, other) => one.beyondBase / one.weight - other.beyondBase / other.weight);
  return next?.capacityProvider;
}
