import type { ScenarioStage } from './stage.ts';

/** Nothing but the `default` cluster, which AWS accounts begin with when the console is first opened. */
export function loadEmptyScenario({ ecs }: Pick<ScenarioStage, 'ecs'>): void {
  if (!ecs.isRestored) ecs.seed.cluster('default');
}
