import type { Environment } from '../../../shared/model/account.ts';
import type { EnvironmentColor } from '../../../shared/model/environment.ts';
import styles from './environment-badge.module.css';

interface EnvironmentBadgeProps {
  readonly environment: Environment;
  /** What a rule calls it. */
  readonly name?: string | undefined;
  readonly color?: EnvironmentColor | undefined;
}

/** Names the environment in its colour. */
export function EnvironmentBadge({ environment, name, color }: EnvironmentBadgeProps) {
  const title = name === undefined ? {} : { title: `${name} (${environment})` };
  return (
    <span className={`${styles.badge} ${styles[color ?? environment]}`} {...title}>
      {name ?? environment}
    </span>
  );
}

/** The colour of an environment, before a name. */
export function EnvironmentDot({ environment, name, color }: EnvironmentBadgeProps) {
  const title = name === undefined ? environment : `${name} (${environment})`;
  return <span className={`${styles.dot} ${styles[color ?? environment]}`} title={title} aria-hidden />;
}
