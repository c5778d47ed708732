import { TextInput } from '@mantine/core';
import { KeepSelect } from './keep-select.tsx';
import type { FieldsProps, Reaction } from './more-changes.ts';
import styles from './more-changes-sections.module.css';
import { NumberField } from './number-field.tsx';
import { STRATEGY_LABELS, settingLabel, THRESHOLD_LABELS } from './setting-labels.ts';

const LONGEST_BAKE_MINUTES = 1440;
/** What ECS takes where a service does not say: "Service deployment options" of the ECS Developer Guide. */
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

const REACTIONS = [
  { value: 'roll-back', label: 'On, with rollback' },
  { value: 'stop', label: 'On, without rollback' },
  { value: 'off', label: 'Off' },
] as const satisfies readonly { readonly value: Exclude<Reaction, ''>; readonly label: string }[];

const THRESHOLDS = (['COUNT', 'BOUNDED_PERCENT', 'UNBOUNDED_PERCENT'] as const).map((value) => ({
  value,
  label: THRESHOLD_LABELS[value],
}));

const HEALTHY_TASK = [
  { value: 'resets', label: 'Reset the count' },
  { value: 'keeps', label: 'Keep the count' },
] as const;

/** How ECS deploys: the strategy and its steps, how far it may go, and what stops it. */
export function DeploymentFields({ fields, onField, now }: FieldsProps) {
  const labels = settingLabel(now);
  return (
    <>
      <KeepSelect
        label="Strategy"
        value={fields.strategy}
        options={STRATEGIES}
        onChange={(strategy) => onField({ strategy })}
        now={labels.strategy}
      />
      <StrategyFields fields={fields} onField={onField} now={now} />
      <NumberField
        label="Minimum healthy"
        value={fields.minimumHealthyPercent}
        onChange={(minimumHealthyPercent) => onField({ minimumHealthyPercent })}
        min={0}
        max={100}
        unit="%"
        now={now && (now.minimumHealthyPercent ?? null)}
      />
      <NumberField
        label="Maximum"
        value={fields.maximumPercent}
        onChange={(maximumPercent) => onField({ maximumPercent })}
        min={100}
        max={10_000}
        unit="%"
        now={now && (now.maximumPercent ?? null)}
      />
      <KeepSelect
        label="Circuit breaker"
        value={fields.circuitBreaker}
        options={REACTIONS}
        onChange={(circuitBreaker) => onField({ circuitBreaker })}
        now={labels.circuitBreaker}
      />
      <KeepSelect
        label="Threshold type"
        value={fields.thresholdType}
        options={THRESHOLDS}
        onChange={(thresholdType) => onField({ thresholdType })}
        now={labels.thresholdType}
      />
      <NumberField
        label="Threshold"
        value={fields.threshold}
        onChange={(threshold) => onField({ threshold })}
        min={1}
        max={100_000}
        now={now && (now.circuitBreaker.threshold?.value ?? null)}
      />
      <KeepSelect
        label="When a task becomes healthy"
        value={fields.healthyTask}
        options={HEALTHY_TASK}
        onChange={(healthyTask) => onField({ healthyTask })}
        now={labels.healthyTask}
      />
      <KeepSelect
        label="Alarms"
        value={fields.alarms}
        options={REACTIONS}
        onChange={(alarms) => onField({ alarms })}
        now={labels.alarms}
      />
      <TextInput
        label="Alarm names"
        description="Separated by commas"
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        placeholder={labels.alarmNames === undefined ? 'Unchanged' : `Current: ${labels.alarmNames}`}
        value={fields.alarmNames}
        onChange={(event) => onField({ alarmNames: event.currentTarget.value })}
      />
    </>
  );
}

/** The settings of the strategy that is chosen, or else of the one that there is. */
function StrategyFields({ fields, onField, now }: FieldsProps) {
  const strategy = fields.strategy === '' ? (now?.strategy ?? 'ROLLING') : fields.strategy;
  const bakes = strategy !== 'ROLLING';
  return (
    <>
      {strategy === 'LINEAR' && (
        <>
          <NumberField
            label="Traffic per step"
            value={fields.stepPercent}
            onChange={(stepPercent) => onField({ stepPercent })}
            now={now && (now.stepPercent ?? null)}
            byDefault={ECS_TAKES.stepPercent}
            min={3}
            max={100}
            unit="%"
          />
          <NumberField
            label="Time between steps"
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
            label="Canary traffic"
            value={fields.canaryPercent}
            onChange={(canaryPercent) => onField({ canaryPercent })}
            now={now && (now.canaryPercent ?? null)}
            byDefault={ECS_TAKES.canaryPercent}
            min={0.1}
            max={100}
            unit="%"
          />
          <NumberField
            label="Canary bake time"
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
          label="Bake time after the traffic shift"
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
          Unchanged: {now.hooks.map(({ name, stages }) => hookLabel(name, stages)).join('; ')}.
        </p>
      )}
    </>
  );
}

/** `hook smoke-test at post scale up`. */
function hookLabel(name: string, stages: readonly string[]): string {
  const places = stages.map((stage) => stage.toLowerCase().replaceAll('_', ' '));
  return `hook ${name} at ${places.join(' and ')}`;
}
