import { Page } from '../../ui/page.tsx';
import { AppearanceCard } from './appearance-card.tsx';
import { ConnectionsCard } from './connections-card.tsx';
import { DataCard } from './data-card.tsx';
import { DockerCard } from './docker-card.tsx';
import { EnvironmentsCard } from './environments-card.tsx';
import { NotificationsCard } from './notifications-card.tsx';
import { SETTINGS_TEXT } from './settings-text.ts';

/** What a person can set. Each part has a card of its own. */
export function SettingsPage() {
  return (
    <Page title={SETTINGS_TEXT.title}>
      <EnvironmentsCard />
      <ConnectionsCard />
      <DockerCard />
      <NotificationsCard />
      <AppearanceCard />
      <DataCard />
    </Page>
  );
}
