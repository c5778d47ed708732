import type { DeploymentStrategy } from '../../../../shared/model/change.ts';
import type { CurrentSettings } from '../../../../shared/model/current-settings.ts';
import type { MoreFields } from './more-changes.ts';

/** The settings of a service as the form labels them; everything is undefined until they are read. */
export interface SettingLabel {
  readonly strategy: string | undefined;
  readonly circuitBreaker: string | undefined;
  readonly thresholdType: string | undefined;
  readonly healthyTask: string | undefined;
  readonly alarms: string | undefined;
  readonly alarmNames: string | undefined;
  readonly executeCommand: string | undefined;
}

const NOTHING_READ: SettingLabel = {
  strategy: undefined,
  circuitBreaker: undefined,
  thresholdType: undefined,
  healthyTask: undefined,
  alarms: undefined,
  alarmNames: undefined,
  executeCommand: undefined,
};

export const STRATEGY_LABELS: Readonly<Record<DeploymentStrategy, string>> = {
  ROLLING: 'Rolling',
  BLUE_GREEN: 'Blue/green',
  LINEAR: 'Linear',
  CANARY: 'Canary',
};

export const THRESHOLD_LABELS: Readonly<Record<Exclude<MoreFields['thresholdType'], ''>, string>> = {
  COUNT: 'Failed tasks',
  BOUNDED_PERCENT: '% of desired tasks (3 to 200 tasks)',
  UNBOUNDED_PERCENT: '% of desired tasks (no bounds)',
};

export function settingLabel(now: CurrentSettings | undefined): SettingLabel {
  if (now === undefined) return NOTHING_READ;
  const { threshold, resetOnHealthyTask } = now.circuitBreaker;
  return {
    strategy: labelOf(STRATEGY_LABELS, now.strategy),
    circuitBreaker: reactionLabel(now.circuitBreaker),
    thresholdType: threshold === undefined ? 'ECS default' : labelOf(THRESHOLD_LABELS, threshold.type),
    healthyTask: healthyTaskLabel(resetOnHealthyTask),
    alarms: reactionLabel(now.alarms),
    alarmNames: now.alarms.names.join(', ') || 'none',
    executeCommand: now.enableExecuteCommand ? 'on' : 'off',
  };
}

/** The most important settings of a folded part in one line. */
export function partLabel(now: CurrentSettings) {
  const variables = now.containers.reduce((sum, { environment }) => sum + environment.length, 0);
  const secrets = now.containers.reduce((sum, each) => sum + each.secrets.length, 0);
  const size = [
    ...(now.cpu === undefined ? [] : [`${now.cpu} CPU units`]),
    ...(now.memory === undefined ? [] : [`${now.memory} MiB`]),
  ];
  return {
    environment: `${count(variables, 'variable')}, ${count(secrets, 'secret')}`,
    size: size.join(', ') || 'set per container',
    deployment: `${labelOf(STRATEGY_LABELS, now.strategy).toLowerCase()}, ${boundsLabel(now)}`,
    service: count(now.desiredCount, 'task'),
  };
}

function boundsLabel({ minimumHealthyPercent, maximumPercent }: CurrentSettings): string {
  return `${minimumHealthyPercent ?? 100} to ${maximumPercent ?? 200} %`;
}

function reactionLabel({ enable, rollback }: { readonly enable: boolean; readonly rollback: boolean }) {
  if (!enable) return 'off';
  return rollback ? 'on, with rollback' : 'on, without rollback';
}

function healthyTaskLabel(resets: boolean | undefined): string {
  if (resets === undefined) return 'ECS default';
  return resets ? 'reset the count' : 'keep the count';
}

/** The label of an ECS value; an unknown value as it is. */
function labelOf(labels: Readonly<Record<string, string>>, value: string): string {
  return labels[value] ?? value;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
