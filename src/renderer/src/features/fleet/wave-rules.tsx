import { Checkbox, NativeSelect, NumberInput, SegmentedControl } from '@mantine/core';
import { WavePause } from '../../../../shared/model/fleet.ts';
import styles from './fleet.module.css';
import type { FleetDraft } from './fleet-draft.ts';
import { FLEET_TEXT } from './fleet-text.ts';

interface WaveRulesProps {
  readonly draft: FleetDraft;
  readonly onChange: (draft: FleetDraft) => void;
}

const DEALS: readonly { readonly value: FleetDraft['deal']; readonly label: string }[] = [
  { value: 'by-size', label: FLEET_TEXT.bySize },
  { value: 'by-hand', label: FLEET_TEXT.byHand },
];

const UNITS: readonly { readonly value: FleetDraft['stopUnit']; readonly label: string }[] = [
  { value: 'failures', label: FLEET_TEXT.failedServices },
  { value: 'percent', label: FLEET_TEXT.failedPercent },
];

const PAUSES: Readonly<Record<WavePause, string>> = FLEET_TEXT.pauses;

/** How the services are dealt out to waves, and what happens between two of them. */
export function WaveRules({ draft, onChange }: WaveRulesProps) {
  const set = (change: Partial<FleetDraft>): void => onChange({ ...draft, ...change });
  return (
    <div className={styles.rules}>
      <div className={styles.line}>
        <SegmentedControl
          aria-label={FLEET_TEXT.split}
          data={[...DEALS]}
          value={draft.deal}
          onChange={(value) => set({ deal: value === 'by-hand' ? 'by-hand' : 'by-size' })}
        />
        {draft.deal === 'by-size' ? (
          <>
            <Count label={FLEET_TEXT.firstWave} value={draft.first} onChange={(first) => set({ first })} />
            <Count label={FLEET_TEXT.laterWaves} value={draft.size} onChange={(size) => set({ size })} />
          </>
        ) : (
          <span className={styles.note}>{FLEET_TEXT.byHandHelp}</span>
        )}
      </div>
      <div className={styles.line}>
        <Count
          label={FLEET_TEXT.stopAfter}
          value={draft.stopAfter}
          onChange={(stopAfter) => set({ stopAfter })}
        />
        <NativeSelect
          aria-label={FLEET_TEXT.stopUnit}
          data={[...UNITS]}
          value={draft.stopUnit}
          onChange={(event) =>
            set({ stopUnit: event.currentTarget.value === 'percent' ? 'percent' : 'failures' })
          }
        />
        <NativeSelect
          label={FLEET_TEXT.between}
          data={WavePause.options.map((value) => ({ value, label: PAUSES[value] }))}
          value={draft.pause}
          onChange={(event) => set({ pause: WavePause.catch('never').parse(event.currentTarget.value) })}
        />
        <Checkbox
          className={styles.check}
          label={FLEET_TEXT.rollBackOnStop}
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
