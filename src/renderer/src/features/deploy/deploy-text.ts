import type { DeploymentStrategy } from '../../../../shared/model/change.ts';
import type { CurrentSettings } from '../../../../shared/model/current-settings.ts';
import type { ImageOrigin, MoreFields, VariableEdit } from './deploy-fields.ts';

/** The sentences of the deploy form, to be read together. */
export const DEPLOY_TEXT = {
  title: (service: string) => `Deploy ${service}`,
  cancel: 'Cancel',
  review: 'Review changes',
  back: 'Back',
  reviewPane: 'Review',
  reviewHint: 'Choose an image or change a setting. What changes and the checks are shown here.',
  deploy: 'Deploy',
  restart: 'Force a new deployment',
  restartHelp: 'ECS resolves tags again; latest may be a different image.',
  nothingChosen: 'Choose a new image or change a setting.',
  unchangedContainers: (count: number) =>
    count === 1 ? '1 unchanged container' : `${count} unchanged containers`,
  changeImage: 'Change image',
  changeImageOf: (container: string) => `Change the image of ${container}`,
  movedOn: (before: string, now: string) => `The service has since moved from ${before} to ${now}.`,
  pushFirst: (containers: readonly string[]) =>
    `Push a new image for ${containers.join(' and ')}, or keep the current one.`,
  nothingSent: 'Nothing is sent to AWS until you review and confirm the changes.',
  moreMemory: (container: string | undefined, revision: string, beforeMiB: number, afterMiB: number) =>
    `${container ?? 'A container'} ran out of memory at ${beforeMiB} MiB. This deploys ${revision} again with the same ` +
    `images and settings and a memory limit of ${afterMiB} MiB. You can change the limit under Size.`,
  promoted: (source: string) =>
    `This deploys the images that ${source} runs, by their digests. The settings of this service are kept.`,
  nothingToPromote: (source: string) =>
    `${source} runs no image for the containers of this service, or the same ones. Choose an image below.`,
  container: (container: string) => `Container ${container}`,
  originOf: (container: string) => `New image of ${container}`,
  newImage: 'New image:',
  running: 'running:',
  imageIn: (revision: string) => `in ${revision}:`,
} as const;

/** Where the new image of a container may come from, in the order of the switch. */
export const ORIGIN_LABELS: Readonly<Record<ImageOrigin, string>> = {
  keep: 'Keep',
  tag: 'Registry',
  local: 'Local image',
  build: 'Build from a folder',
};

/** The labels of variables, secrets, sizes and settings. */
export const SETTING_TEXT = {
  more: 'More changes',
  unchanged: 'Unchanged',
  notSet: 'Not set',
  current: (value: string) => `Current: ${value}`,
  byDefault: (value: string) => `Default: ${value}`,
  on: 'On',
  off: 'Off',
  environment: 'Environment and secrets',
  noVariables: (container: string) => `${container} has no variables and no secrets.`,
  variablesOf: (container: string) => `Variables and secrets of ${container}`,
  secret: 'secret ',
  change: 'Change',
  changeOf: (name: string, container: string) => `Change ${name} of ${container}`,
  remove: 'Remove',
  removeOf: (name: string, container: string) => `Remove ${name} of ${container}`,
  add: 'Add a variable or secret',
  editNumber: (number: number) => `Change ${number}`,
  removeEdit: (number: number) => `Remove change ${number}`,
  container: 'Container',
  action: 'Action',
  name: 'Name',
  nameHint: 'NAME',
  value: 'Value',
  reference: 'Reference',
  referenceHint: 'ARN of a secret or parameter',
  nameMissing: (container: string) =>
    `Enter a name for the variable or secret of ${container}, or remove its row.`,
  referenceMissing: (name: string) => `Enter the ARN that the secret ${name} refers to.`,
  alarmsMissing: 'Enter the names of the alarms to watch.',
  thresholdIncomplete: 'Enter both the type and the value of the threshold.',
  size: 'Size',
  taskCpu: 'Task CPU units',
  taskMemory: 'Task memory',
  cpuHelp: '1,024 CPU units = 1 vCPU.',
  limitsOf: (container: string) => `Limits of ${container}`,
  cpu: 'CPU units',
  memory: 'Memory limit',
  memoryReservation: 'Memory reservation',
  scaling: 'Scaling',
  minTasks: 'Minimum tasks',
  maxTasks: 'Maximum tasks',
  deployment: 'Deployment settings',
  strategy: 'Strategy',
  minimumHealthy: 'Minimum healthy',
  maximum: 'Maximum',
  circuitBreaker: 'Circuit breaker',
  thresholdType: 'Threshold type',
  threshold: 'Threshold',
  healthyTask: 'When a task becomes healthy',
  alarms: 'Alarms',
  alarmNames: 'Alarm names',
  alarmNamesHelp: 'Separated by commas',
  none: 'none',
  stepPercent: 'Traffic per step',
  stepBakeTime: 'Time between steps',
  canaryPercent: 'Canary traffic',
  canaryBakeTime: 'Canary bake time',
  bakeTime: 'Bake time after the traffic shift',
  hooksKept: (hooks: readonly string[]) => `Unchanged: ${hooks.join('; ')}.`,
  /** `hook smoke-test at post scale up`. */
  hook: (name: string, stages: readonly string[]) =>
    `hook ${name} at ${stages.map((stage) => stage.toLowerCase().replaceAll('_', ' ')).join(' and ')}`,
  service: 'Service settings',
  desiredTasks: 'Desired tasks',
  gracePeriod: 'Health check grace period',
  exec: 'ECS Exec',
  platformVersion: 'Platform version',
  platformVersionHelp: 'For example LATEST or 1.4.0',
} as const;

export const EDIT_LABELS: Readonly<Record<VariableEdit['act'], string>> = {
  variable: 'Set variable',
  secret: 'Set secret',
  'remove-variable': 'Remove variable',
  'remove-secret': 'Remove secret',
};

export const REACTION_LABELS: Readonly<Record<Exclude<MoreFields['alarms'], ''>, string>> = {
  'roll-back': 'On, with rollback',
  stop: 'On, without rollback',
  off: 'Off',
};

export const HEALTHY_TASK_LABELS: Readonly<Record<Exclude<MoreFields['healthyTask'], ''>, string>> = {
  resets: 'Reset the count',
  keeps: 'Keep the count',
};

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
    alarmNames: now.alarms.names.join(', ') || SETTING_TEXT.none,
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
