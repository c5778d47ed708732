import { Notifications } from '@mantine/notifications';
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { type CSSProperties, lazy, Suspense, useEffect } from 'react';
import type { Guard } from '../../../shared/model/environment.ts';
import { AccountsPane } from '../features/accounts/accounts-pane.tsx';
import { WatchedAccounts } from '../features/accounts/watched-accounts.tsx';
import { Approvals } from '../features/approvals/approvals.tsx';
import { EnvironmentMenu } from '../features/environments/environment-menu.tsx';
import { JobsMenu } from '../features/jobs/jobs-menu.tsx';
import { openPalette } from '../features/palette/open-palette.ts';
import { Palette } from '../features/palette/palette.tsx';
import { Prompts } from '../features/prompts/prompts.tsx';
import { useAppearance } from '../lib/appearance.ts';
import { type Pane, type PaneLimits, usePane } from '../lib/pane.ts';
import { type Place, useGuard, usePlace } from '../lib/place.ts';
import { usePlaceTitle } from '../lib/place-title.ts';
import { useEngineQuery } from '../lib/queries.ts';
import { ariaShortcut, shortcutLabel, useShortcuts } from '../lib/shortcuts.ts';
import { useRememberedPlace } from '../lib/use-remembered-place.ts';
import { FoldButton } from '../ui/fold-button.tsx';
import { PaneSeparator } from '../ui/pane-separator.tsx';
import { ColorSchemeButton } from './color-scheme-button.tsx';
import { ConnectionNotice } from './connection-notice.tsx';
import { Identity } from './identity.tsx';
import { KnownAccount } from './known-account.tsx';
import { LoginNotice } from './login-notice.tsx';
import styles from './shell.module.css';
import { ShortcutSheet } from './shortcut-sheet.tsx';
import { StatusBar } from './status-bar.tsx';

const ACCOUNTS: PaneLimits = { id: 'accounts', initial: 216, least: 160, most: 420, foldedBelow: 800 };

/** The window's frame: header, accounts, the view of the address, status bar, and what may open over them. */
export function Shell() {
  const guard = useGuard();
  useRememberedPlace();
  usePlaceTitle();
  const navigate = useNavigate();
  useShortcuts({ settings: () => void navigate({ to: '/settings' }) });
  const { motion, density } = useAppearance();
  useEffect(() => {
    document.documentElement.dataset.motion = motion;
    document.documentElement.dataset.density = density;
  }, [motion, density]);
  const pane = usePane(ACCOUNTS, useLocation().pathname);
  return (
    <div
      className={`${styles.window} ${guard === undefined ? '' : styles[guard.color ?? guard.environment]}`}
      data-accounts={pane.isFolded ? 'folded' : pane.isNarrow ? 'over' : 'beside'}
      style={{ '--accounts': `${pane.width}px` } as CSSProperties}
    >
      <a className={styles.skip} href="#content">
        Skip to the content
      </a>
      <Header guard={guard} pane={pane} />
      <div className={styles.notice}>
        {NOTICES}
        <PlansOfOthers guard={guard} />
      </div>
      {pane.isFolded ? null : (
        <div className={styles.side}>
          {ACCOUNTS_PANE}
          <PaneSeparator label="Width of the accounts" pane={pane} limits={ACCOUNTS} />
        </div>
      )}
      <div className={styles.content} id="content" tabIndex={-1}>
        <KnownAccount>
          <Outlet />
        </KnownAccount>
      </div>
      {/* Beside the accounts, whose links stay in reach; not on the right, where the buttons of a plan are. */}
      <Notifications position="bottom-left" withinPortal={false} className={styles.toasts} />
      {FOR_EVERY_PAGE}
    </div>
  );
}

// Elements that stay the same: React does not draw these components again because the window did, only for their own reasons.
const NOTICES = (
  <>
    <LoginNotice />
    <ConnectionNotice />
    <Approvals />
  </>
);
const ACCOUNTS_PANE = <AccountsPane className={styles.accounts} />;
const FOR_EVERY_PAGE = (
  <>
    <StatusBar />
    <Palette />
    <ShortcutSheet />
    <Prompts />
    <WatchedAccounts />
  </>
);

/** Few environments need a second person, so this code is loaded only for those. */
const SharedPlans = lazy(async () => ({
  default: (await import('../features/approvals/shared-plans.tsx')).SharedPlans,
}));

function PlansOfOthers({ guard }: { readonly guard: Guard | undefined }) {
  const { cluster } = usePlace();
  if (cluster === undefined || guard?.approvals === undefined || guard.ledger === undefined) return null;
  return (
    <Suspense fallback={null}>
      <SharedPlans key={`${cluster.account}/${cluster.region}/${cluster.cluster}`} cluster={cluster} />
    </Suspense>
  );
}

/** Where the window is, the way to everything else, and who AWS says that we are. */
function Header({ guard, pane }: { readonly guard: Guard | undefined; readonly pane: Pane }) {
  const place = usePlace();
  return (
    <header className={styles.header}>
      <FoldButton pane={pane} what="accounts" />
      <Link to="/" className={styles.brand}>
        Slipway
      </Link>
      {guard === undefined || place.scope === undefined ? null : (
        <EnvironmentMenu guard={guard} place={{ account: place.scope.account, ...namesOf(place) }} />
      )}
      <Breadcrumb place={place} />
      <span className={styles.grow} />
      <button
        type="button"
        className={styles.search}
        onClick={openPalette}
        aria-keyshortcuts={ariaShortcut('palette')}
      >
        <span>Search services and actions</span>
        <kbd aria-hidden style={{ font: 'inherit' }}>
          {shortcutLabel('palette')}
        </kbd>
      </button>
      <JobsMenu />
      {place.scope === undefined ? null : <Identity scope={place.scope} />}
      <ColorSchemeButton />
    </header>
  );
}

/** Services are classified with their cluster; a rule of its own is written into the file. */
function namesOf({ cluster }: Place): { readonly cluster?: string } {
  return cluster === undefined ? {} : { cluster: cluster.cluster };
}

function Breadcrumb({ place }: { readonly place: Place }) {
  const accounts = useEngineQuery('accounts.list', {}, { staleMs: 60_000 });
  const { scope, cluster, service } = place;
  if (!scope) return null;
  const name = accounts.data?.accounts.find((each) => each.id === scope.account)?.name ?? scope.account;
  return (
    <nav aria-label="Location" className={styles.location}>
      <ol className={styles.crumbs}>
        <li>
          <Link to="/a/$account/$region" params={scope} activeOptions={{ exact: true }} title={name}>
            {name}
          </Link>
        </li>
        <li className={styles.region}>{scope.region}</li>
        {cluster === undefined ? null : (
          <li>
            <Link
              to="/a/$account/$region/c/$cluster"
              params={cluster}
              activeOptions={{ exact: true }}
              title={cluster.cluster}
            >
              {cluster.cluster}
            </Link>
          </li>
        )}
        {service === undefined ? null : (
          <li>
            <Link to="/a/$account/$region/c/$cluster/s/$service" params={service} title={service.service}>
              {service.service}
            </Link>
          </li>
        )}
      </ol>
    </nav>
  );
}
