import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { Mark } from '../../ui/mark.tsx';
import styles from './service-page.module.css';

/** Says that the service was deleted while its page was open; what was read of it stays on the page. */
export function GoneNotice({ service }: { readonly service: ServiceRef }) {
  const { account, region, cluster } = service;
  return (
    <div className={styles.gone} role="alert">
      <Mark kind="warning" />
      <span>
        {service.service} was deleted. This page shows its last known state; no actions are available.
      </span>
      <Button
        size="compact-xs"
        flex="none"
        renderRoot={(props) => (
          <Link to="/a/$account/$region/c/$cluster" params={{ account, region, cluster }} {...props} />
        )}
      >
        Back to services
      </Button>
    </div>
  );
}
