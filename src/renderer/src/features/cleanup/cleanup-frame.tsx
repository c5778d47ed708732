import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import { Page } from '../../ui/page.tsx';
import styles from './cleanup-frame.module.css';
import { CleanupJobs } from './cleanup-jobs.tsx';

interface CleanupFrameProps {
  readonly scope: Scope;
  readonly children: ReactNode;
}

/** What both kinds of clean-ups have in common: the way to the other one, and what runs already. */
export function CleanupFrame({ scope: { account, region }, children }: CleanupFrameProps) {
  const params = { account, region };
  return (
    <Page
      title="Clean up"
      about={
        <nav className={styles.kinds} aria-label="What to clean up">
          <Link to="/a/$account/$region/cleanup" params={params}>
            Revisions
          </Link>
          <Link to="/a/$account/$region/image-cleanup" params={params}>
            Images
          </Link>
        </nav>
      }
    >
      <CleanupJobs scope={{ account, region }} />
      {children}
    </Page>
  );
}
