import type { Ecs } from '../ecs/ecs.ts';

/** Nothing but the `default` cluster, which AWS accounts begin with when the console is first opened. */
export function loadEmptyScenario({ ecs }: { readonly ecs: Ecs }): void {
  ecs.seed.cluster('default');
}
