import { useMantineColorScheme } from '@mantine/core';
import { setAppearance, useAppearance } from '../../lib/appearance.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import { ChoiceField } from './choice-field.tsx';
import styles from './settings.module.css';
import { APPEARANCE_TEXT } from './settings-text.ts';

/** How the window looks. It is kept in the window, and changes it at once. */
export function AppearanceCard() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { times, density, motion } = useAppearance();
  return (
    <Card title={APPEARANCE_TEXT.title}>
      <CardBody>
        <div className={styles.fields}>
          <ChoiceField
            label={APPEARANCE_TEXT.theme}
            options={APPEARANCE_TEXT.themes}
            value={colorScheme}
            onChange={setColorScheme}
          />
          <ChoiceField
            label={APPEARANCE_TEXT.density}
            options={APPEARANCE_TEXT.densities}
            value={density}
            onChange={(next) => setAppearance({ density: next })}
          />
          <ChoiceField
            label={APPEARANCE_TEXT.times}
            options={APPEARANCE_TEXT.timeKinds}
            value={times}
            onChange={(next) => setAppearance({ times: next })}
          />
          <ChoiceField
            label={APPEARANCE_TEXT.motion}
            options={APPEARANCE_TEXT.motions}
            value={motion}
            onChange={(next) => setAppearance({ motion: next })}
          />
        </div>
      </CardBody>
    </Card>
  );
}
