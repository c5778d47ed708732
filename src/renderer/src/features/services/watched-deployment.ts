import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { ServiceRef } from '../../../../shared/model/service.ts';

export interface WatchedDeployment {
  /** The ARN of the service deployment to show, if any. */
  readonly arn: string | undefined;
  /** Shows a deployment that was started here, before the service's own answer names it. */
  readonly watch: (arn: string) => void;
  readonly dismiss: () => void;
}

/**
 * The deployment to show: the one that the address asks for, or else the newest in progress; when that ends it stays,
 * so that the person sees how.
 */
export function useWatchedDeployment(
  service: ServiceRef,
  active: string | undefined,
  asked: string | undefined,
): WatchedDeployment {
  const navigate = useNavigate();
  const [newest, setNewest] = useState(active);
  const [lastActive, setLastActive] = useState(active);
  if (active !== lastActive) {
    setLastActive(active);
    if (active !== undefined) setNewest(active);
  }
  const leaveAsked = (): void => {
    if (asked === undefined) return;
    void navigate({
      to: '/a/$account/$region/c/$cluster/s/$service',
      params: service,
      search: ({ deployment: _left, ...others }) => others,
      replace: true,
    });
  };
  return {
    arn: asked ?? newest,
    watch: (started) => {
      setNewest(started);
      leaveAsked();
    },
    dismiss: () => {
      if (asked === undefined || asked === newest) setNewest(undefined);
      leaveAsked();
    },
  };
}
