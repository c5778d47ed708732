import { Button, TextInput, VisuallyHidden } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { AppearanceCard } from './appearance-card.tsx';
import { ConnectionsCard } from './connections-card.tsx';
import { DataCard } from './data-card.tsx';
import { DockerCard } from './docker-card.tsx';
import { EnvironmentsCard } from './environments-card.tsx';
import { LedgerCard } from './ledger-card.tsx';
import { NewRepositoriesCard } from './new-repositories-card.tsx';
import { NotificationsCard } from './notifications-card.tsx';
import { ProjectsCard } from './projects-card.tsx';
import styles from './settings-page.module.css';
import { matchingSections, SECTIONS, type SectionId } from './settings-search.ts';
import { SETTINGS_TEXT } from './settings-text.ts';

/** What a person can set. Each part has a card of its own; the search leaves those that have its words. */
export function SettingsPage() {
  const [search, setSearch] = useState('');
  const shown = matchingSections(search);
  const section = (id: SectionId, card: ReactNode): ReactNode => (
    // What is typed in a card stays while the search hides it.
    <div id={id} className={styles.target} hidden={!shown.includes(id)}>
      {card}
    </div>
  );
  return (
    <Page
      title={SETTINGS_TEXT.title}
      actions={
        <TextInput
          type="search"
          aria-label={SETTINGS_TEXT.search}
          placeholder={SETTINGS_TEXT.search}
          maxLength={100}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setSearch('');
          }}
        />
      }
    >
      <VisuallyHidden role="status">
        {search.trim() === '' ? '' : SETTINGS_TEXT.found(shown.length)}
      </VisuallyHidden>
      {shown.length === 0 ? (
        <EmptyState
          title={SETTINGS_TEXT.noMatch}
          action={<Button onClick={() => setSearch('')}>{SETTINGS_TEXT.clearSearch}</Button>}
        />
      ) : null}
      <div className={styles.page} hidden={shown.length === 0}>
        <nav aria-label={SETTINGS_TEXT.sections} className={styles.sections}>
          {shown.map((id) => (
            <Link key={id} to="/settings" hash={id} className={styles.section}>
              {SECTIONS[id].title}
            </Link>
          ))}
        </nav>
        <div className={styles.cards}>
          {section('environments', <EnvironmentsCard />)}
          {section('projects', <ProjectsCard />)}
          {section('ledger', <LedgerCard />)}
          {section('connections', <ConnectionsCard />)}
          <div className={styles.beside}>
            {section('docker', <DockerCard />)}
            {section('appearance', <AppearanceCard />)}
            {section('notifications', <NotificationsCard />)}
          </div>
          {section('new-repositories', <NewRepositoriesCard />)}
          {section('data', <DataCard />)}
        </div>
      </div>
    </Page>
  );
}
