import { Button, Modal } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { z } from 'zod';
import type { Release } from '../../../../shared/model/plan.ts';
import type { ServiceDetail, ServiceRef } from '../../../../shared/model/service.ts';
import { formatPlacedName, parsePlacedName } from '../../lib/place-address.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { useDraft } from '../../lib/use-draft.ts';
import { AccountRegionFields } from '../../ui/account-region-fields.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { DeployDialog } from '../deploy/deploy-dialog.tsx';
import { withImagesOf } from '../deploy/deploy-start.ts';
import { ServiceFields } from '../revisions/service-fields.tsx';
import styles from './promote-dialog.module.css';
import { PROMOTE_TEXT } from './service-text.ts';

interface PromoteDialogProps {
  readonly service: ServiceRef;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Chooses the service, in any account and region, that gets the image of this one. */
export function PromoteDialog({ service, opened, onClose }: PromoteDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={PROMOTE_TEXT.title(service.service)} size={560}>
      <TargetForm service={service} onCancel={onClose} />
    </Modal>
  );
}

const TARGET = z.object({
  kind: z.literal('service'),
  account: z.string(),
  region: z.string(),
  revision: z.string(),
  cluster: z.string(),
  service: z.string(),
});

interface TargetFormProps {
  readonly service: ServiceRef;
  readonly onCancel: () => void;
}

function TargetForm({ service: source, onCancel }: TargetFormProps) {
  const navigate = useNavigate();
  const [target, setTarget, forget] = useDraft({
    key: `promote.${source.account}/${source.region}/${source.cluster}/${source.service}`,
    shape: TARGET,
    initial: {
      kind: 'service',
      account: source.account,
      region: source.region,
      revision: '',
      cluster: '',
      service: '',
    },
  });
  const { account, region, cluster, service } = target;
  const isComplete = cluster !== '' && service !== '';
  const isSame =
    account === source.account &&
    region === source.region &&
    cluster === source.cluster &&
    service === source.service;
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        forget();
        void navigate({
          to: '/a/$account/$region/c/$cluster/s/$service',
          params: { account, region, cluster, service },
          search: {
            dialog: 'deploy',
            promote: formatPlacedName(
              { name: `${source.cluster}/${source.service}`, account: source.account, region: source.region },
              target,
            ),
          },
        });
      }}
    >
      <p className={styles.about}>{PROMOTE_TEXT.about}</p>
      <AccountRegionFields
        scope={{ account, region }}
        onChange={(scope) => setTarget({ ...target, ...scope })}
      />
      <ServiceFields draft={target} onChange={(draft) => setTarget({ ...draft, kind: 'service' })} />
      {isSame ? <p className={styles.about}>{PROMOTE_TEXT.same}</p> : null}
      <div className={styles.actions}>
        <Button onClick={onCancel}>{PROMOTE_TEXT.cancel}</Button>
        <Button type="submit" variant="filled" disabled={!isComplete || isSame}>
          {PROMOTE_TEXT.review}
        </Button>
      </div>
    </form>
  );
}

interface PromotedDeployProps extends PromoteDialogProps {
  readonly detail: ServiceDetail;
  /** The other service, such as `staging/web@profile:acme/eu-west-1`. */
  readonly promote: string;
  readonly onStarted: (release: Release) => void;
}

/** The deploy of this service with the images that another one runs. */
export function PromotedDeploy(props: PromotedDeployProps) {
  const { service, detail, promote, opened, onClose, onStarted } = props;
  const source = parseSource(promote, service);
  const read = useEngineQuery('services.get', source ?? service, { enabled: opened && source !== undefined });
  // The images are chosen once: they must not change while somebody reads the review.
  const [start, setStart] = useState<ReturnType<typeof withImagesOf>>();
  if (start === undefined && source !== undefined && read.data !== undefined) {
    setStart(withImagesOf(detail, read.data, `${source.cluster}/${source.service}`));
  }
  if (start !== undefined) {
    return (
      <DeployDialog
        service={service}
        detail={detail}
        start={start}
        opened={opened}
        onClose={onClose}
        onStarted={onStarted}
      />
    );
  }
  if (source !== undefined && !read.isError) return null;
  return (
    <Modal opened={opened} onClose={onClose} title={PROMOTE_TEXT.notRead}>
      <div className={styles.form}>
        {read.isError ? (
          <ErrorNotice error={read.error} onRetry={() => void read.refetch()} />
        ) : (
          <p className={styles.about}>{PROMOTE_TEXT.noSuchSource(promote)}</p>
        )}
        <div className={styles.actions}>
          <Button onClick={onClose}>{PROMOTE_TEXT.cancel}</Button>
          <Button
            renderRoot={(props) => (
              <Link
                to="/a/$account/$region/c/$cluster/s/$service"
                params={service}
                search={{ dialog: 'deploy' }}
                replace
                {...props}
              />
            )}
          >
            {PROMOTE_TEXT.otherImage(service.service)}
          </Button>
        </div>
      </div>
    </Modal>
  );
}

function parseSource(text: string, target: ServiceRef): ServiceRef | undefined {
  const placed = parsePlacedName(text, target);
  const [cluster = '', service = '', ...more] = placed?.name.split('/') ?? [];
  if (placed === undefined || cluster === '' || service === '' || more.length > 0) return undefined;
  return { account: placed.account, region: placed.region, cluster, service };
}
