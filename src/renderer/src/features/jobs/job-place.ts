import { linkOptions } from '@tanstack/react-router';
import type { Job } from '../../../../shared/model/job.ts';
import type { TaskSearch } from '../../lib/search.ts';

/**
 * Where a job can be looked at: its deployment at its service, the board of a release to many, or the clean-ups of
 * its account and region. A one-off task has a page of its own.
 */
export function placeOfJob(
  { id, kind, account, region, cluster, subject, deploymentArn, removes, taskArn }: Job,
  onTaskPage: TaskSearch = {},
) {
  if (kind === 'fleet') {
    return linkOptions({
      to: '/a/$account/$region/fleet',
      params: { account, region },
      search: { fleet: id },
    });
  }
  if (removes === 'images') {
    return linkOptions({ to: '/a/$account/$region/image-cleanup', params: { account, region } });
  }
  if (cluster === undefined) {
    return linkOptions({ to: '/a/$account/$region/cleanup', params: { account, region } });
  }
  if (taskArn !== undefined) {
    return linkOptions({
      to: '/a/$account/$region/c/$cluster/s/$service/t/$task',
      params: {
        account,
        region,
        cluster,
        service: subject,
        task: taskArn.slice(taskArn.lastIndexOf('/') + 1),
      },
      search: onTaskPage,
    });
  }
  return linkOptions({
    to: '/a/$account/$region/c/$cluster/s/$service',
    params: { account, region, cluster, service: subject },
    search: deploymentArn === undefined ? {} : { deployment: deploymentArn },
  });
}
