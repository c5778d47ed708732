import { loadDemoScenario } from './demo.ts';
import { loadExpressScenario } from './express.ts';
import { loadIncidentScenario } from './incident.ts';
import { loadLargeScenario } from './large.ts';
import type { ScenarioStage } from './stage.ts';

/** Every scenario by the name that `--scenario` takes. */
export const SCENARIO_LOADERS = {
  demo: loadDemoScenario,
  empty: loadEmptyScenario,
  large: loadLargeScenario,
  incident: loadIncidentScenario,
  express: loadExpressScenario,
} as const satisfies Readonly<Record<string, (stage: ScenarioStage) => void>>;

export type Scenario = keyof typeof SCENARIO_LOADERS;

export function isScenario(name: string): name is Scenario {
  return Object.hasOwn(SCENARIO_LOADERS, name);
}

/** Nothing but the `default` cluster, which AWS accounts start with when the console is first opened. */
function loadEmptyScenario({ ecs }: Pick<ScenarioStage, 'ecs'>): void {
  if (!ecs.isRestored) ecs.seed.cluster('default');
}
