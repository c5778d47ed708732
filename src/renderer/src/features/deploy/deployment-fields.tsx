import { TextInput } from '@mantine/core';
import type { FieldsProps, Reaction } from './deploy-fields.ts';
import {
  HEALTHY_TASK_LABELS,
  REACTION_LABELS,
  SETTING_TEXT,
  STRATEGY_LABELS,
  settingLabel,
  THRESHOLD_LABELS,
} from './deploy-text.ts';
import { KeepSelect } from './keep-select.tsx';
import styles from './more-changes-sections.module.css';
import { NumberField } from './number-field.tsx';

const LONGEST_BAKE_MINUTES = 1440;
/** The defaults of ECS: "Service deployment options" of the ECS Developer Guide. */
const ECS_TAKES = {
  stepPercent: 10,
  stepBakeTimeInMinutes: 6,
  canaryPercent: 5,
  canaryBakeTimeInMinutes: 10,
} as const;

const STRATEGIES = (['ROLLING', 'BLUE_GREEN', 'LINEAR', 'CANARY'] as const).map((value) => ({
  value,
  label: STRATEGY_LABELS[value],
}));

const REACTIONS = (['roll-back', 'stop', 'off'] as const satisfies readonly Reaction[]).map((value) => ({
  value,
  label: REACTION_LABELS[value],
}));

const THRESHOLDS = (['COUNT', 'BOUNDED_PERCENT', 'UNBOUNDED_PERCENT'] as const).map((value) => ({
  value,
  label: THRESHOLD_LABELS[value],
}));

const HEALTHY_TASK = (['resets', 'keeps'] as const).map((value) => ({
  value,
  label: HEALTHY_TASK_LABELS[value],
}));

/** How ECS deploys: the strategy and its steps, the bounds on running tasks, and what stops it. */
export function DeploymentFields({ fields, onField, now }: FieldsProps) {
  const labels = settingLabel(now);
  return (
    <>
      <KeepSelect
        label={SETTING_TEXT.strategy}
        value={fields.strategy}
        options={STRATEGIES}
        onChange={(strategy) => onField({ strategy })}
        now={labels.strategy}
      />
      <StrategyFields fields={fields} onField={onField} now={now} />
      <NumberField
        label={SETTING_TEXT.minimumHealthy}
        value={fields.minimumHealthyPercent}
        onChange={(minimumHealthyPercent) => onField({ minimumHealthyPercent })}
        min={0}
        max={100}
        unit="%"
        now={now && (now.minimumHealthyPercent ?? null)}
      />
      <NumberField
        label={SETTING_TEXT.maximum}
        value={fields.maximumPercent}
        onChange={(maximumPercent) => onField({ maximumPercent })}
        min={100}
        max={10_000}
        unit="%"
        now={now && (now.maximumPercent ?? null)}
      />
      <KeepSelect
        label={SETTING_TEXT.circuitBreaker}
        value={fields.circuitBreaker}
        options={REACTIONS}
        onChange={(circuitBreaker) => onField({ circuitBreaker })}
        now={labels.circuitBreaker}
      />
      <KeepSelect
        label={SETTING_TEXT.thresholdType}
        value={fields.thresholdType}
        options={THRESHOLDS}
        onChange={(thresholdType) => onField({ thresholdType })}
        now={labels.thresholdType}
      />
      <NumberField
        label={SETTING_TEXT.threshold}
        value={fields.threshold}
        onChange={(threshold) => onField({ threshold })}
        min={1}
        max={100_000}
        now={now && (now.circuitBreaker.threshold?.value ?? null)}
      />
      <KeepSelect
        label={SETTING_TEXT.healthyTask}
        value={fields.healthyTask}
        options={HEALTHY_TASK}
        onChange={(healthyTask) => onField({ healthyTask })}
        now={labels.healthyTask}
      />
      <KeepSelect
        label={SETTING_TEXT.alarms}
        value={fields.alarms}
        options={REACTIONS}
        onChange={(alarms) => onField({ alarms })}
        now={labels.alarms}
      />
      <TextInput
        label={SETTING_TEXT.alarmNames}
        description={SETTING_TEXT.alarmNamesHelp}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        placeholder={
          labels.alarmNames === undefined ? SETTING_TEXT.unchanged : SETTING_TEXT.current(labels.alarmNames)
        }
        value={fields.alarmNames}
        onChange={(event) => onField({ alarmNames: event.currentTarget.value })}
      />
    </>
  );
}

/** The settings of the chosen strategy, or else of the current one. */
function StrategyFields({ fields, onField, now }: FieldsProps) {
  const strategy = fields.strategy === '' ? (now?.strategy ?? 'ROLLING') : fields.strategy;
  const bakes = strategy !== 'ROLLING';
  return (
    <>
      {strategy === 'LINEAR' && (
        <>
          <NumberField
            label={SETTING_TEXT.stepPercent}
            value={fields.stepPercent}
            onChange={(stepPercent) => onField({ stepPercent })}
            now={now && (now.stepPercent ?? null)}
            byDefault={ECS_TAKES.stepPercent}
            min={3}
            max={100}
            unit="%"
          />
          <NumberField
            label={SETTING_TEXT.stepBakeTime}
            value={fields.stepBakeTimeInMinutes}
            onChange={(stepBakeTimeInMinutes) => onField({ stepBakeTimeInMinutes })}
            now={now && (now.stepBakeTimeInMinutes ?? null)}
            byDefault={ECS_TAKES.stepBakeTimeInMinutes}
            min={0}
            max={LONGEST_BAKE_MINUTES}
            unit="min"
          />
        </>
      )}
      {strategy === 'CANARY' && (
        <>
          <NumberField
            label={SETTING_TEXT.canaryPercent}
            value={fields.canaryPercent}
            onChange={(canaryPercent) => onField({ canaryPercent })}
            now={now && (now.canaryPercent ?? null)}
            byDefault={ECS_TAKES.canaryPercent}
            min={0.1}
            max={100}
            unit="%"
          />
          <NumberField
            label={SETTING_TEXT.canaryBakeTime}
            value={fields.canaryBakeTimeInMinutes}
            onChange={(canaryBakeTimeInMinutes) => onField({ canaryBakeTimeInMinutes })}
            now={now && (now.canaryBakeTimeInMinutes ?? null)}
            byDefault={ECS_TAKES.canaryBakeTimeInMinutes}
            min={0}
            max={LONGEST_BAKE_MINUTES}
            unit="min"
          />
        </>
      )}
      {bakes && (
        <NumberField
          label={SETTING_TEXT.bakeTime}
          value={fields.bakeTimeInMinutes}
          onChange={(bakeTimeInMinutes) => onField({ bakeTimeInMinutes })}
          now={now && (now.bakeTimeInMinutes ?? null)}
          min={0}
          max={LONGEST_BAKE_MINUTES}
          unit="min"
        />
      )}
      {now !== undefined && now.hooks.length > 0 && (
        <p className={styles.hint}>
          {SETTING_TEXT.hooksKept(now.hooks.map(({ name, stages }) => SETTING_TEXT.hook(name, stages)))}
        </p>
      )}
    </>
  );
}
