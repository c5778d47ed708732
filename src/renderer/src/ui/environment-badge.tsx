import type { Environment } from '../../../shared/model/account.ts';
import styles from './environment-badge.module.css';

/** Names the environment in its colour. */
export function EnvironmentBadge({ environment }: { readonly environment: Environment }) {
  return <span className={`${styles.badge} ${styles[environment]}`}>{environment}</span>;
}

/** The colour of an environment, before a name. */
export function EnvironmentDot({ environment }: { readonly environment: Environment }) {
  return <span className={`${styles.dot} ${styles[environment]}`} title={environment} aria-hidden />;
}
