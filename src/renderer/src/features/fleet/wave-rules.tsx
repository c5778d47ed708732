import { Checkbox, NativeSelect, NumberInput, SegmentedControl } from '@mantine/core';
import { WavePause } from '../../../../shared/model/fleet.ts';
import styles from './fleet.module.css';
import type { FleetDraft } from './fleet-draft.ts';

interface WaveRulesProps {
  readonly draft: FleetDraft;
  readonly onChange: (draft: FleetDraft) => void;
}

const DEALS: readonly { readonly value: FleetDraft['deal']; readonly label: string }[] = [
  { value: 'by-size', label: 'Fixed-size waves' },
  { value: 'by-hand', label: 'Choose wave per service' },
];

const UNITS: readonly { readonly value: FleetDraft['stopUnit']; readonly label: string }[] = [
  { value: 'failures', label: 'failed services' },
  { value: 'percent', label: '% failed services' },
];

const PAUSES: Readonly<Record<WavePause, string>> = {
  never: 'Continue automatically',
  'after-first': 'Wait for approval after the first wave',
  'after-each': 'Wait for approval after each wave',
};

/** How the services are dealt out to waves, and what happens between two of them. */
export function WaveRules({ draft, onChange }: WaveRulesProps) {
  const set = (change: Partial<FleetDraft>): void => onChange({ ...draft, ...change });
  return (
    <div className={styles.rules}>
      <div className={styles.line}>
        <SegmentedControl
          aria-label="How services are split into waves"
          data={[...DEALS]}
          value={draft.deal}
          onChange={(value) => set({ deal: value === 'by-hand' ? 'by-hand' : 'by-size' })}
        />
        {draft.deal === 'by-size' ? (
          <>
            <Count
              label="Services in the first wave"
              value={draft.first}
              onChange={(first) => set({ first })}
            />
            <Count
              label="Services in each later wave"
              value={draft.size}
              onChange={(size) => set({ size })}
            />
          </>
        ) : (
          <span className={styles.note}>Enter a wave number for each service above.</span>
        )}
      </div>
      <div className={styles.line}>
        <Count label="Stop after" value={draft.stopAfter} onChange={(stopAfter) => set({ stopAfter })} />
        <NativeSelect
          aria-label="Unit of the failure limit"
          data={[...UNITS]}
          value={draft.stopUnit}
          onChange={(event) =>
            set({ stopUnit: event.currentTarget.value === 'percent' ? 'percent' : 'failures' })
          }
        />
        <NativeSelect
          label="Between waves"
          data={WavePause.options.map((value) => ({ value, label: PAUSES[value] }))}
          value={draft.pause}
          onChange={(event) => set({ pause: WavePause.catch('never').parse(event.currentTarget.value) })}
        />
        <Checkbox
          className={styles.check}
          label="Roll back updated services when the release stops"
          checked={draft.rollBackOnStop}
          onChange={(event) => set({ rollBackOnStop: event.currentTarget.checked })}
        />
      </div>
    </div>
  );
}

interface CountProps {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

function Count({ label, value, onChange }: CountProps) {
  return (
    <NumberInput
      label={label}
      w={150}
      min={1}
      max={500}
      allowDecimal={false}
      clampBehavior="strict"
      value={value}
      onChange={(next) => {
        if (typeof next === 'number' && next > 0) onChange(next);
      }}
    />
  );
}
