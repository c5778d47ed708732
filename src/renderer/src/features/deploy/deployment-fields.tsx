import { TextInput } from '@mantine/core';
import { KeepSelect } from './keep-select.tsx';
import type { Reaction } from './more-changes.ts';
import type { FieldsProps } from './more-changes-sections.tsx';
import { NumberField } from './number-field.tsx';

const LONGEST_BAKE_MINUTES = 1440;

const STRATEGIES = [
  { value: 'ROLLING', label: 'Rolling' },
  { value: 'BLUE_GREEN', label: 'Blue/green' },
  { value: 'LINEAR', label: 'Linear' },
  { value: 'CANARY', label: 'Canary' },
] as const;

const REACTIONS = [
  { value: 'roll-back', label: 'On, rolls back' },
  { value: 'stop', label: 'On, stops only' },
  { value: 'off', label: 'Off' },
] as const satisfies readonly { readonly value: Exclude<Reaction, ''>; readonly label: string }[];

const THRESHOLDS = [
  { value: 'COUNT', label: 'Failed tasks' },
  { value: 'BOUNDED_PERCENT', label: '% of the desired count, 3 to 200' },
  { value: 'UNBOUNDED_PERCENT', label: '% of the desired count' },
] as const;

/** How ECS deploys: the strategy and its steps, how far it may go, and what stops it. */
export function DeploymentFields({ fields, onField }: FieldsProps) {
  return (
    <>
      <KeepSelect
        label="Strategy"
        value={fields.strategy}
        options={STRATEGIES}
        onChange={(strategy) => onField({ strategy })}
      />
      <StrategyFields fields={fields} onField={onField} />
      <NumberField
        label="Minimum healthy"
        value={fields.minimumHealthyPercent}
        onChange={(minimumHealthyPercent) => onField({ minimumHealthyPercent })}
        min={0}
        max={100}
        unit="%"
      />
      <NumberField
        label="Maximum"
        value={fields.maximumPercent}
        onChange={(maximumPercent) => onField({ maximumPercent })}
        min={100}
        max={10_000}
        unit="%"
      />
      <KeepSelect
        label="Circuit breaker"
        value={fields.circuitBreaker}
        options={REACTIONS}
        onChange={(circuitBreaker) => onField({ circuitBreaker })}
      />
      <KeepSelect
        label="Its threshold counts"
        value={fields.thresholdType}
        options={THRESHOLDS}
        onChange={(thresholdType) => onField({ thresholdType })}
      />
      <NumberField
        label="Threshold"
        value={fields.threshold}
        onChange={(threshold) => onField({ threshold })}
        min={1}
        max={100_000}
      />
      <KeepSelect
        label="Alarms"
        value={fields.alarms}
        options={REACTIONS}
        onChange={(alarms) => onField({ alarms })}
      />
      <TextInput
        label="Names of the alarms"
        placeholder="As they are; separated by commas"
        value={fields.alarmNames}
        onChange={(event) => onField({ alarmNames: event.currentTarget.value })}
      />
    </>
  );
}

function StrategyFields({ fields, onField }: FieldsProps) {
  const bakes = fields.strategy !== '' && fields.strategy !== 'ROLLING';
  return (
    <>
      {fields.strategy === 'LINEAR' && (
        <>
          <NumberField
            label="Traffic of each step"
            value={fields.stepPercent}
            onChange={(stepPercent) => onField({ stepPercent })}
            min={3}
            max={100}
            unit="%"
          />
          <NumberField
            label="Time between steps"
            value={fields.stepBakeTimeInMinutes}
            onChange={(stepBakeTimeInMinutes) => onField({ stepBakeTimeInMinutes })}
            min={0}
            max={LONGEST_BAKE_MINUTES}
            unit="min"
          />
        </>
      )}
      {fields.strategy === 'CANARY' && (
        <>
          <NumberField
            label="Traffic of the canary"
            value={fields.canaryPercent}
            onChange={(canaryPercent) => onField({ canaryPercent })}
            min={0.1}
            max={100}
            unit="%"
          />
          <NumberField
            label="Time of the canary"
            value={fields.canaryBakeTimeInMinutes}
            onChange={(canaryBakeTimeInMinutes) => onField({ canaryBakeTimeInMinutes })}
            min={0}
            max={LONGEST_BAKE_MINUTES}
            unit="min"
          />
        </>
      )}
      {bakes && (
        <NumberField
          label="Bake time after the shift"
          value={fields.bakeTimeInMinutes}
          onChange={(bakeTimeInMinutes) => onField({ bakeTimeInMinutes })}
          min={0}
          max={LONGEST_BAKE_MINUTES}
          unit="min"
        />
      )}
    </>
  );
}
