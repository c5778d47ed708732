import { Anchor, VisuallyHidden } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Scope } from '../../../../shared/model/account.ts';
import type { Image } from '../../../../shared/model/image.ts';
import type { RunningContainer, ServiceDetail } from '../../../../shared/model/service.ts';
import { shortDigest } from '../../lib/format.ts';
import { imageName, platformLabel, runningVersion, shortCommit } from '../../lib/image-labels.ts';
import { Bytes } from '../../ui/bytes.tsx';
import { Card, CardBody } from '../../ui/card.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { Mono } from '../../ui/mono.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Tag } from '../../ui/tag.tsx';
import styles from './running-now.module.css';
import { SERVICE_TEXT } from './service-text.ts';

/** The running images, by the digests of the running tasks. */
export function RunningNow({ scope, detail }: { readonly scope: Scope; readonly detail: ServiceDetail }) {
  return (
    <Card title="Running now">
      {detail.runs.length === 0 ? (
        <CardBody>{SERVICE_TEXT.nothingRuns}</CardBody>
      ) : (
        <table className={styles.table}>
          <VisuallyHidden component="thead">
            <tr>
              {['Container', 'Image', 'Tasks', 'Commit', 'Built', 'Platform', 'Size', 'Actions'].map(
                (name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ),
              )}
            </tr>
          </VisuallyHidden>
          <tbody>
            {detail.runs.map((container) => (
              <ContainerRows key={container.container} scope={scope} container={container} />
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

interface ContainerRowsProps {
  readonly scope: Scope;
  readonly container: RunningContainer;
}

function ContainerRows({ scope: { account, region }, container }: ContainerRowsProps) {
  const { repository } = imageName(container.image);
  const isSplit = container.digests.length > 1;
  const digests = container.digests.length === 0 ? [undefined] : container.digests;
  return digests.map((running, index) => {
    const version = runningVersion(container, running?.facts);
    return (
      <tr key={running?.digest ?? 'none'}>
        <th scope="row" title={container.container}>
          {index === 0 ? container.container : <VisuallyHidden>{container.container}</VisuallyHidden>}
        </th>
        <td className={styles.image}>
          <Mono>
            {repository}
            {version === undefined ? null : (
              <>
                :<b>{version}</b>
              </>
            )}{' '}
          </Mono>
          {running === undefined ? null : (
            <span className={styles.digest}>
              <Mono>@{shortDigest(running.digest)}</Mono>{' '}
              <CopyId value={running.digest} what={`digest of ${container.container}`} />
            </span>
          )}
        </td>
        <td>
          {isSplit && running ? (
            <Tag kind="warning">{running.tasks === 1 ? '1 task' : `${running.tasks} tasks`}</Tag>
          ) : null}
        </td>
        <ImageFacts facts={running?.facts} />
        <td className={styles.number}>
          {index === 0 ? (
            <Link
              to="/a/$account/$region/fleet"
              params={{ account, region }}
              search={{ image: container.image }}
              aria-label={`Deploy to other services… ${repository}`}
            >
              Deploy to other services…
            </Link>
          ) : null}
        </td>
      </tr>
    );
  });
}

function ImageFacts({ facts }: { readonly facts: Image | undefined }) {
  return (
    <>
      <td>{facts?.commit === undefined ? null : <Commit commit={facts.commit} source={facts.source} />}</td>
      <td>
        {facts?.builtAt === undefined ? null : (
          <>
            built <RelativeTime at={facts.builtAt} />
          </>
        )}
      </td>
      <td>{platformLabel(facts?.platforms)}</td>
      <td className={styles.number}>
        {facts?.sizeBytes === undefined ? null : <Bytes value={facts.sizeBytes} />}
      </td>
    </>
  );
}

function Commit({ commit, source }: { readonly commit: string; readonly source: string | undefined }) {
  const text = <Mono>{shortCommit(commit)}</Mono>;
  if (source === undefined) return <span title={commit}>commit {text}</span>;
  return (
    <span>
      commit{' '}
      <Anchor
        href={`${source.replace(/\.git$/, '')}/commit/${commit}`}
        target="_blank"
        rel="noreferrer"
        inherit
        title={commit}
      >
        {text}
      </Anchor>
    </span>
  );
}
