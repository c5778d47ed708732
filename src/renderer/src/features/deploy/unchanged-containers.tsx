import { Button } from '@mantine/core';
import { imageName } from '../../lib/image-labels.ts';
import { Mono } from '../../ui/mono.tsx';
import type { ContainerChoice } from './container-choice.ts';
import { DEPLOY_TEXT } from './deploy-text.ts';
import styles from './unchanged-containers.module.css';

interface UnchangedContainersProps {
  readonly choices: readonly ContainerChoice[];
  readonly onOpen: (container: string) => void;
}

/** The containers whose image nobody has touched, folded to one line. */
export function UnchangedContainers({ choices, onOpen }: UnchangedContainersProps) {
  if (choices.length === 0) return null;
  const names = choices.map(({ container, current }) => `${container} ${versionOf(current)}`).join(', ');
  return (
    <details className={styles.fold}>
      <summary className={styles.summary}>
        <b>{DEPLOY_TEXT.unchangedContainers(choices.length)}</b> <span className={styles.names}>{names}</span>
      </summary>
      <ul className={styles.list}>
        {choices.map(({ container, current }) => (
          <li key={container} className={styles.row}>
            <span className={styles.container}>{container}</span>
            <span className={styles.image} title={current}>
              <Mono>{current}</Mono>
            </span>
            <Button
              size="compact-xs"
              aria-label={DEPLOY_TEXT.changeImageOf(container)}
              onClick={() => onOpen(container)}
            >
              {DEPLOY_TEXT.changeImage}
            </Button>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** `envoy:1.34.1`: the end of the repository, with the version. */
function versionOf(image: string): string {
  const { repository, version } = imageName(image);
  const name = repository.slice(repository.lastIndexOf('/') + 1);
  if (version === '') return name;
  return version.startsWith('@') ? `${name}${version}` : `${name}:${version}`;
}
