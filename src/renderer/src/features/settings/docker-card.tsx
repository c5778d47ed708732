import { useEngineQuery } from '../../lib/queries.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import { ErrorPage } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { Mark } from '../../ui/mark.tsx';
import styles from './settings.module.css';
import { DOCKER_TEXT } from './settings-text.ts';

/** The Docker Engine of this machine, and the registries that it can sign in to. */
export function DockerCard() {
  return (
    <Card title={DOCKER_TEXT.title}>
      <CardBody>
        <dl className={styles.facts}>
          <Engine />
          <Logins />
        </dl>
      </CardBody>
    </Card>
  );
}

function Engine() {
  const docker = useEngineQuery('docker.status', {});
  if (!docker.data) {
    return (
      <>
        <dt>{DOCKER_TEXT.engine}</dt>
        <dd>
          {docker.error ? (
            <ErrorPage error={docker.error} onRetry={() => void docker.refetch()} />
          ) : (
            <LoadingRows what="Docker" rows={2} height={24} />
          )}
        </dd>
      </>
    );
  }
  if (docker.data.state === 'unavailable') {
    return (
      <>
        <dt>{DOCKER_TEXT.engine}</dt>
        <dd>
          <Mark kind="idle" /> {DOCKER_TEXT.noEngine}. {docker.data.message}
        </dd>
      </>
    );
  }
  const { version, platform, from, warning } = docker.data;
  return (
    <>
      <dt>{DOCKER_TEXT.engine}</dt>
      <dd>
        <Mark kind="ok" /> {DOCKER_TEXT.connected(version, platform.os, platform.architecture)}
      </dd>
      <dt>{DOCKER_TEXT.from}</dt>
      <dd>
        {from}
        {warning === undefined ? null : <p className={styles.failure}>{warning}</p>}
      </dd>
    </>
  );
}

function Logins() {
  const logins = useEngineQuery('docker.logins', {});
  if (!logins.data) return null;
  const { registries, store, problem } = logins.data;
  return (
    <>
      <dt>{DOCKER_TEXT.logins}</dt>
      <dd>
        {registries.length === 0 ? DOCKER_TEXT.noLogins : registries.join(', ')}
        {problem === undefined ? null : <p className={styles.failure}>{problem}</p>}
      </dd>
      {store === undefined ? null : (
        <>
          <dt>{DOCKER_TEXT.store}</dt>
          <dd>{store}</dd>
        </>
      )}
    </>
  );
}
