import { type DemoOptions, loadDemoScenario } from './demo.ts';
import { loadEmptyScenario } from './empty.ts';

/** What a scenario fills: an empty sandbox, whose clock shows the present. */
export type ScenarioStage = DemoOptions;

/** Every scenario by the name that `--scenario` takes. */
export const SCENARIO_LOADERS = {
  demo: loadDemoScenario,
  empty: loadEmptyScenario,
} as const satisfies Readonly<Record<string, (stage: ScenarioStage) => void>>;

export type Scenario = keyof typeof SCENARIO_LOADERS;

export function isScenario(name: string): name is Scenario {
  return Object.hasOwn(SCENARIO_LOADERS, name);
}
