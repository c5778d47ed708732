import { Outlet } from '@tanstack/react-router';
import { AccountsPane } from '../features/accounts/accounts-pane.tsx';
import { Palette } from '../features/palette/palette.tsx';
import { Prompts } from '../features/prompts/prompts.tsx';
import { useEnvironment } from '../lib/place.ts';
import { usePlaceTitle } from '../lib/place-title.ts';
import { useRememberedPlace } from '../lib/remembered-place.ts';
import { Header } from './header.tsx';
import { LoginNotice } from './login-notice.tsx';
import styles from './shell.module.css';
import { ShortcutSheet } from './shortcut-sheet.tsx';
import { StatusBar } from './status-bar.tsx';

/** The window's frame: header, accounts, the view of the address, status bar, and what may open over them. */
export function Shell() {
  const environment = useEnvironment();
  useRememberedPlace();
  usePlaceTitle();
  return (
    <div className={`${styles.window} ${environment === undefined ? '' : styles[environment]}`}>
      <a className={styles.skip} href="#content">
        Skip to the content
      </a>
      <Header environment={environment} />
      <div className={styles.notice}>
        <LoginNotice />
      </div>
      <AccountsPane className={styles.accounts} />
      <div className={styles.content} id="content" tabIndex={-1}>
        <Outlet />
      </div>
      <StatusBar />
      <Palette />
      <ShortcutSheet />
      <Prompts />
    </div>
  );
}
