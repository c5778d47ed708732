import { linkOptions } from '@tanstack/react-router';
import type { Job } from '../../../../shared/model/job.ts';

/** Where a job can be looked at: its deployment at its service, or the clean-ups of its account and region. */
export function placeOfJob({ account, region, cluster, subject, deploymentArn }: Job) {
  if (cluster === undefined) {
    return linkOptions({ to: '/a/$account/$region/cleanup', params: { account, region } });
  }
  return linkOptions({
    to: '/a/$account/$region/c/$cluster/s/$service',
    params: { account, region, cluster, service: subject },
    search: deploymentArn === undefined ? {} : { deployment: deploymentArn },
  });
}
