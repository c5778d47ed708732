import { Link } from '@tanstack/react-router';
import { imageUseLabel, type RunningUse } from './image-rows.ts';

/** What runs an image, with a link to its page. A managed daemon is on the page of its cluster. */
export function LinkedUse({ use }: { readonly use: RunningUse }) {
  const label = imageUseLabel(use);
  if (use.kind === 'schedule') return label;
  const { account, region, cluster } = use;
  if (use.kind === 'daemon') {
    return (
      <Link to="/a/$account/$region/c/$cluster" params={{ account, region, cluster }}>
        {label}
      </Link>
    );
  }
  return (
    <Link
      to="/a/$account/$region/c/$cluster/s/$service"
      params={{ account, region, cluster, service: use.service }}
    >
      {label}
    </Link>
  );
}
