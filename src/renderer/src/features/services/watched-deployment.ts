import { useState } from 'react';

export interface WatchedDeployment {
  /** The ARN of the service deployment to show, if any. */
  readonly arn: string | undefined;
  /** Shows a deployment that was started here, before the service's own answer names it. */
  readonly watch: (arn: string) => void;
}

/** The deployment to show: the newest under way; when it ends it stays, so that the person sees how. */
export function useWatchedDeployment(active: string | undefined): WatchedDeployment {
  const [arn, watch] = useState(active);
  const [lastActive, setLastActive] = useState(active);
  if (active !== lastActive) {
    setLastActive(active);
    if (active !== undefined) watch(active);
  }
  return { arn, watch };
}
