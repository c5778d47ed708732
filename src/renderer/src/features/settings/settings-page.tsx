import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Page } from '../../ui/page.tsx';
import { AppearanceCard } from './appearance-card.tsx';
import { ConnectionsCard } from './connections-card.tsx';
import { DataCard } from './data-card.tsx';
import { DockerCard } from './docker-card.tsx';
import { EnvironmentsCard } from './environments-card.tsx';
import { NotificationsCard } from './notifications-card.tsx';
import styles from './settings-page.module.css';
import {
  APPEARANCE_TEXT,
  CONNECTIONS_TEXT,
  DATA_TEXT,
  DOCKER_TEXT,
  NOTICES_TEXT,
  RULES_TEXT,
  SETTINGS_TEXT,
} from './settings-text.ts';

/** The sections in the order of the page, by the hash of their address. */
const SECTIONS = {
  environments: RULES_TEXT.title,
  connections: CONNECTIONS_TEXT.title,
  docker: DOCKER_TEXT.title,
  notifications: NOTICES_TEXT.title,
  appearance: APPEARANCE_TEXT.title,
  data: DATA_TEXT.title,
} as const;

/** What a person can set. Each part has a card of its own. */
export function SettingsPage() {
  return (
    <Page title={SETTINGS_TEXT.title}>
      <div className={styles.page}>
        <nav aria-label={SETTINGS_TEXT.sections} className={styles.sections}>
          {Object.entries(SECTIONS).map(([id, title]) => (
            <Link key={id} to="/settings" hash={id} className={styles.section}>
              {title}
            </Link>
          ))}
        </nav>
        <div className={styles.cards}>
          <Section id="environments">
            <EnvironmentsCard />
          </Section>
          <Section id="connections">
            <ConnectionsCard />
          </Section>
          <div className={styles.beside}>
            <Section id="docker">
              <DockerCard />
            </Section>
            <Section id="notifications">
              <NotificationsCard />
            </Section>
            <Section id="appearance">
              <AppearanceCard />
            </Section>
          </div>
          <Section id="data">
            <DataCard />
          </Section>
        </div>
      </div>
    </Page>
  );
}

interface SectionProps {
  readonly id: keyof typeof SECTIONS;
  readonly children: ReactNode;
}

/** Where a link to a section leads. */
function Section({ id, children }: SectionProps) {
  return (
    <div id={id} className={styles.target}>
      {children}
    </div>
  );
}
