import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { RunningContainer, ServiceRef } from '../../../../shared/model/service.ts';
import { shortDigest } from '../../lib/format.ts';
import { imageName, runningVersion } from '../../lib/image-labels.ts';
import { Mono } from '../../ui/mono.tsx';
import { CommitsBetween } from './commits-between.tsx';
import type { ContainerChoice } from './container-choice.ts';
import styles from './container-section.module.css';
import type { ImageOrigin } from './deploy-fields.ts';
import { DEPLOY_TEXT, ORIGIN_LABELS } from './deploy-text.ts';
import { OriginPanel } from './origin-panel.tsx';

const ORIGINS = (['keep', 'tag', 'local', 'build'] as const satisfies readonly ImageOrigin[]).map(
  (value) => ({
    value,
    label: ORIGIN_LABELS[value],
  }),
);

interface ContainerSectionProps {
  readonly scope: Scope;
  /** The service that it is for, as its choices are remembered. */
  readonly service: ServiceRef;
  readonly running: RunningContainer;
  /** The revision that the change is made on, where it is not the one that runs. */
  readonly base: string | undefined;
  readonly choice: ContainerChoice;
  /** Whether its search gets the focus when the dialog opens. */
  readonly isFocused: boolean;
  readonly onChange: (choice: ContainerChoice) => void;
  readonly onBusyChange: (container: string, busy: string | undefined) => void;
}

/** One container of the service, what runs of it, and where its new image comes from. */
export function ContainerSection(props: ContainerSectionProps) {
  const { scope, service, running, base, choice, isFocused, onChange, onBusyChange } = props;
  const [busy, setBusy] = useState(false);
  return (
    <section className={styles.container} aria-label={DEPLOY_TEXT.container(choice.container)}>
      <div className={styles.head}>
        <h3>{choice.container}</h3>
        {base === undefined ? (
          <RunningImage running={running} />
        ) : (
          <BaseImage base={base} image={choice.current} />
        )}
        <SegmentedControl
          className={styles.origins}
          size="xs"
          aria-label={DEPLOY_TEXT.originOf(choice.container)}
          data={ORIGINS}
          value={choice.origin}
          onChange={(origin) => onChange({ ...choice, origin, image: undefined })}
          disabled={busy}
        />
      </div>
      <OriginPanel
        scope={scope}
        service={service}
        choice={choice}
        running={{ image: running.image, digests: running.digests.map(({ digest }) => digest) }}
        isFocused={isFocused}
        onChoose={(image) => onChange({ ...choice, image })}
        onSearch={(search) => onChange({ ...choice, search })}
        onBusyChange={(sentence) => {
          setBusy(sentence !== undefined);
          onBusyChange(choice.container, sentence);
        }}
      />
      {choice.image !== undefined && (
        <>
          <p className={styles.chosen} role="status">
            {DEPLOY_TEXT.newImage} <Mono>{choice.image}</Mono>
          </p>
          <CommitsBetween scope={scope} running={running} chosen={choice.image} />
        </>
      )}
    </section>
  );
}

/** The image that is kept is that of the revision that the change is made on. */
function BaseImage({ base, image }: { readonly base: string; readonly image: string }) {
  const { repository, version } = imageName(image);
  return (
    <span className={styles.running} title={image}>
      {DEPLOY_TEXT.imageIn(base)}{' '}
      <Mono>
        {repository}
        {version.startsWith('@') ? version : `:${version}`}
      </Mono>
    </span>
  );
}

function RunningImage({ running }: { readonly running: RunningContainer }) {
  const { repository, version: declared } = imageName(running.image);
  const versions = running.digests.map(({ digest, facts }) => {
    const version = runningVersion(running, facts);
    const tag = version === undefined || version.startsWith('@') ? '' : `:${version} `;
    return `${tag}@${shortDigest(digest)}`;
  });
  return (
    <span className={styles.running} title={running.image}>
      {DEPLOY_TEXT.running}{' '}
      <Mono>
        {repository}
        {versions.length > 0 ? versions.join(', ') : `:${declared}`}
      </Mono>
    </span>
  );
}
