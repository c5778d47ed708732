import type { Change, DeploymentSettings, DeploymentStrategy } from '../../../../shared/model/change.ts';
import type { CurrentSettings } from '../../../../shared/model/current-settings.ts';

/** One line of a change of variables and secrets. */
export interface VariableEdit {
  readonly id: number;
  readonly container: string;
  readonly act: 'variable' | 'secret' | 'remove-variable' | 'remove-secret';
  readonly name: string;
  /** The value of a variable, or what a secret refers to. */
  readonly value: string;
}

/** The limits of one container, as they are typed: CPU units, MiB and MiB. */
export interface ContainerSizeFields {
  readonly container: string;
  readonly cpu: string;
  readonly memory: string;
  readonly memoryReservation: string;
}

/** What ECS does when something goes wrong; empty: as it is set now. */
export type Reaction = '' | 'off' | 'stop' | 'roll-back';

/** The fields of everything but the images, as they are typed. An empty one leaves the thing as it is. */
export interface MoreFields {
  readonly edits: readonly VariableEdit[];
  readonly cpu: string;
  readonly memory: string;
  readonly sizes: readonly ContainerSizeFields[];
  readonly strategy: '' | DeploymentStrategy;
  readonly minimumHealthyPercent: string;
  readonly maximumPercent: string;
  readonly bakeTimeInMinutes: string;
  readonly stepPercent: string;
  readonly stepBakeTimeInMinutes: string;
  readonly canaryPercent: string;
  readonly canaryBakeTimeInMinutes: string;
  readonly circuitBreaker: Reaction;
  readonly thresholdType: '' | 'COUNT' | 'BOUNDED_PERCENT' | 'UNBOUNDED_PERCENT';
  readonly threshold: string;
  /** What a task that comes up does to the count of failures. */
  readonly healthyTask: '' | 'resets' | 'keeps';
  readonly alarms: Reaction;
  /** Separated by commas. */
  readonly alarmNames: string;
  readonly desiredCount: string;
  readonly healthCheckGracePeriodSeconds: string;
  readonly executeCommand: '' | 'on' | 'off';
  readonly platformVersion: string;
  /** Of an Express service. */
  readonly minTaskCount: string;
  readonly maxTaskCount: string;
}

export const NOTHING_MORE: MoreFields = {
  edits: [],
  cpu: '',
  memory: '',
  sizes: [],
  strategy: '',
  minimumHealthyPercent: '',
  maximumPercent: '',
  bakeTimeInMinutes: '',
  stepPercent: '',
  stepBakeTimeInMinutes: '',
  canaryPercent: '',
  canaryBakeTimeInMinutes: '',
  circuitBreaker: '',
  thresholdType: '',
  threshold: '',
  healthyTask: '',
  alarms: '',
  alarmNames: '',
  desiredCount: '',
  healthCheckGracePeriodSeconds: '',
  executeCommand: '',
  platformVersion: '',
  minTaskCount: '',
  maxTaskCount: '',
};

/**
 * The change that the fields mean, for a service that is deployed by a strategy now. Ranges are the engine's to check.
 */
export function changeOf(fields: MoreFields, strategyNow?: string): Change {
  const { edits, cpu, memory, sizes, executeCommand, platformVersion } = fields;
  const containers = sizes.flatMap(containerSizeOf);
  const environment = itemChanges(edits, 'variable', ({ name, value }) => ({ name, value }));
  const secrets = itemChanges(edits, 'secret', ({ name, value }) => ({ name, valueFrom: value }));
  const scaling = numbers(fields, ['minTaskCount', 'maxTaskCount']);
  const deploymentConfiguration = deploymentOf(fields, fields.strategy || strategyNow);
  return {
    ...(environment.length === 0 ? {} : { environment }),
    ...(secrets.length === 0 ? {} : { secrets }),
    ...(cpu === '' ? {} : { cpu }),
    ...(memory === '' ? {} : { memory }),
    ...(containers.length === 0 ? {} : { containers }),
    ...(Object.keys(deploymentConfiguration).length === 0 ? {} : { deploymentConfiguration }),
    ...numbers(fields, ['desiredCount', 'healthCheckGracePeriodSeconds']),
    ...(executeCommand === '' ? {} : { enableExecuteCommand: executeCommand === 'on' }),
    ...(platformVersion === '' ? {} : { platformVersion }),
    ...(hasMembers(scaling) ? { scaling } : {}),
  };
}

/** The first thing that is missing before the fields mean a change, in a sentence. */
export function incompleteField({ edits, alarms, alarmNames, thresholdType, threshold }: MoreFields) {
  const nameless = edits.find(({ name }) => name === '');
  if (nameless !== undefined)
    return `Enter a name for the variable or secret of ${nameless.container}, or remove its row.`;
  const aimless = edits.find(({ act, value }) => act === 'secret' && value === '');
  if (aimless !== undefined) return `Enter the ARN that the secret ${aimless.name} refers to.`;
  if ((alarms === 'stop' || alarms === 'roll-back') && namesIn(alarmNames).length === 0)
    return 'Enter the names of the alarms to watch.';
  if ((thresholdType === '') !== (threshold === ''))
    return 'Enter both the type and the value of the threshold.';
  return undefined;
}

function containerSizeOf({ container, cpu, memory, memoryReservation }: ContainerSizeFields) {
  const typed = {
    ...(cpu === '' ? {} : { cpu: Number(cpu) }),
    ...(memory === '' ? {} : { memory: Number(memory) }),
    ...(memoryReservation === '' ? {} : { memoryReservation: Number(memoryReservation) }),
  };
  return hasMembers(typed) ? [{ container, ...typed }] : [];
}

/** Steps and shares belong to one strategy each: `deployedBy` is the one that there will be. */
function deploymentOf(fields: MoreFields, deployedBy: string | undefined): DeploymentSettings {
  const { strategy, circuitBreaker, thresholdType, threshold, healthyTask, alarms, alarmNames } = fields;
  const linear = numbers(fields, ['stepPercent', 'stepBakeTimeInMinutes']);
  const canary = numbers(fields, ['canaryPercent', 'canaryBakeTimeInMinutes']);
  const breaker = {
    ...reactionOf(circuitBreaker),
    ...(thresholdType === '' || threshold === ''
      ? {}
      : { thresholdConfiguration: { type: thresholdType, value: Number(threshold) } }),
    ...(healthyTask === '' ? {} : { resetOnHealthyTask: healthyTask === 'resets' }),
  };
  const names = namesIn(alarmNames);
  const watched = { ...reactionOf(alarms), ...(names.length === 0 ? {} : { alarmNames: names }) };
  return {
    ...(strategy === '' ? {} : { strategy }),
    ...numbers(fields, ['minimumHealthyPercent', 'maximumPercent', 'bakeTimeInMinutes']),
    ...(deployedBy === 'LINEAR' && hasMembers(linear) ? { linearConfiguration: linear } : {}),
    ...(deployedBy === 'CANARY' && hasMembers(canary) ? { canaryConfiguration: canary } : {}),
    ...(hasMembers(breaker) ? { deploymentCircuitBreaker: breaker } : {}),
    ...(hasMembers(watched) ? { alarms: watched } : {}),
  };
}

function reactionOf(reaction: Reaction): { readonly enable?: boolean; readonly rollback?: boolean } {
  if (reaction === '') return {};
  return { enable: reaction !== 'off', rollback: reaction === 'roll-back' };
}

/** The lines for each container: what is set, and what is removed. */
function itemChanges<Item>(
  edits: readonly VariableEdit[],
  what: 'variable' | 'secret',
  itemOf: (edit: VariableEdit) => Item,
) {
  const containers = [...new Set(edits.map(({ container }) => container))];
  return containers.flatMap((container) => {
    const own = edits.filter((edit) => edit.container === container);
    const set = own.filter(({ act }) => act === what).map(itemOf);
    const remove = own.filter(({ act }) => act === `remove-${what}`).map(({ name }) => name);
    if (set.length + remove.length === 0) return [];
    return [{ container, ...(set.length === 0 ? {} : { set }), ...(remove.length === 0 ? {} : { remove }) }];
  });
}

function numbers<Name extends keyof MoreFields>(
  fields: MoreFields,
  names: readonly Name[],
): { readonly [N in Name]?: number } {
  const typed: { [N in Name]?: number } = {};
  for (const name of names) if (fields[name] !== '') typed[name] = Number(fields[name]);
  return typed;
}

function namesIn(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function hasMembers(object: object): boolean {
  return Object.keys(object).length > 0;
}

/** What groups of fields get: all of them, a way to change some, and what is set now once that is read. */
export interface FieldsProps {
  readonly fields: MoreFields;
  readonly onField: (changed: Partial<MoreFields>) => void;
  readonly now: CurrentSettings | undefined;
}
