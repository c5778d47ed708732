import { addDemoDeclarations, loadDeclaredScenario } from './declared.ts';
import { loadDemoScenario } from './demo.ts';
import { loadExpressScenario } from './express.ts';
import { loadIncidentScenario } from './incident.ts';
import { loadLargeScenario } from './large.ts';
import type { DeclaredStage, ScenarioStage } from './stage.ts';

/** Every scenario by the name that `--scenario` takes. */
export const SCENARIO_LOADERS = {
  demo(stage) {
    loadDemoScenario(stage);
    addDemoDeclarations(stage);
  },
  empty: loadEmptyScenario,
  large: loadLargeScenario,
  incident: loadIncidentScenario,
  express: loadExpressScenario,
  declared: loadDeclaredScenario,
} as const satisfies Readonly<Record<string, (stage: DeclaredStage) => void>>;

export type Scenario = keyof typeof SCENARIO_LOADERS;

export function isScenario(name: string): name is Scenario {
  return Object.hasOwn(SCENARIO_LOADERS, name);
}

/** Nothing but the `default` cluster, which AWS accounts start with when the console is first opened. */
function loadEmptyScenario({ ecs }: Pick<ScenarioStage, 'ecs'>): void {
  if (!ecs.isRestored) ecs.seed.cluster('default');
}
