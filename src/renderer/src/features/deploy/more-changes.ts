import type { Change, DeploymentSettings } from '../../../../shared/model/change.ts';
import type { ContainerSizeFields, MoreFields, Reaction, VariableEdit } from './deploy-fields.ts';
import { SETTING_TEXT } from './deploy-text.ts';

/**
 * The change that the fields describe, for a service with the given current strategy. The engine checks the ranges.
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
    ...(hasFields(scaling) ? { scaling } : {}),
  };
}

/** The first missing value, in a sentence; undefined where nothing is missing. */
export function incompleteField({ edits, alarms, alarmNames, thresholdType, threshold }: MoreFields) {
  const unnamed = edits.find(({ name }) => name === '');
  if (unnamed !== undefined) return SETTING_TEXT.nameMissing(unnamed.container);
  const withoutReference = edits.find(({ act, value }) => act === 'secret' && value === '');
  if (withoutReference !== undefined) return SETTING_TEXT.referenceMissing(withoutReference.name);
  if ((alarms === 'stop' || alarms === 'roll-back') && namesIn(alarmNames).length === 0)
    return SETTING_TEXT.alarmsMissing;
  if ((thresholdType === '') !== (threshold === '')) return SETTING_TEXT.thresholdIncomplete;
  return undefined;
}

function containerSizeOf({ container, cpu, memory, memoryReservation }: ContainerSizeFields) {
  const typed = {
    ...(cpu === '' ? {} : { cpu: Number(cpu) }),
    ...(memory === '' ? {} : { memory: Number(memory) }),
    ...(memoryReservation === '' ? {} : { memoryReservation: Number(memoryReservation) }),
  };
  return hasFields(typed) ? [{ container, ...typed }] : [];
}

/** Steps and shares belong to one strategy each; `deployedBy` is the strategy after the change. */
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
    ...(deployedBy === 'LINEAR' && hasFields(linear) ? { linearConfiguration: linear } : {}),
    ...(deployedBy === 'CANARY' && hasFields(canary) ? { canaryConfiguration: canary } : {}),
    ...(hasFields(breaker) ? { deploymentCircuitBreaker: breaker } : {}),
    ...(hasFields(watched) ? { alarms: watched } : {}),
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

function hasFields(object: object): boolean {
  return Object.keys(object).length > 0;
}
