import type { ServiceRow } from '../../../../shared/model/service.ts';
import type { ServiceSearch } from '../../lib/search.ts';
import { STEP_TEXT } from './service-text.ts';

/** A next step of a service that needs somebody, and the page that it leads to. */
export type RowStep =
  | { readonly label: string; readonly to: 'service'; readonly search: ServiceSearch }
  | { readonly label: string; readonly to: 'compare'; readonly before: string; readonly after: string };

/** The next steps of a service, the most useful first; none of one that is well or deploys without a failure. */
export function rowSteps(row: ServiceRow): readonly RowStep[] {
  const { state, problem, failedDeploymentArn } = row;
  if (problem === undefined) {
    if (state === 'failing') return [openLogs(row), ...rollBack(row)];
    return failedDeploymentArn === undefined
      ? []
      : [{ label: STEP_TEXT.failure, to: 'service', search: { deployment: failedDeploymentArn } }];
  }
  switch (problem.kind) {
    case 'tasks-fail':
    case 'health-checks-fail':
      return [openLogs(row), ...rollBack(row), ...compare(row)];
    case 'deployment-stuck':
      return [...rollBack(row), ...compare(row)];
    case 'image-missing':
      return [deploy, ...rollBack(row), ...compare(row)];
    case 'no-capacity':
      return [openEvents, ...compare(row)];
    case 'revision-not-active':
    case 'digests-differ':
    case 'tag-moved':
      return [deploy];
    case 'no-tasks':
      return [{ label: STEP_TEXT.scale, to: 'service', search: { dialog: 'scale' } }];
    case 'desired-count-changes':
      return [openEvents];
  }
}

const deploy: RowStep = { label: STEP_TEXT.deploy, to: 'service', search: { dialog: 'deploy' } };
const openEvents: RowStep = { label: STEP_TEXT.events, to: 'service', search: { tab: 'events' } };

/** The first revision of a family has nothing before it; of any other, the history of the service tells. */
function rollBack({ previousRevision, revision }: ServiceRow): readonly RowStep[] {
  if (previousRevision === undefined && revision.endsWith(':1')) return [];
  return [{ label: STEP_TEXT.rollBack, to: 'service', search: { dialog: 'rollback' } }];
}

/** The card of a deployment in progress has the last lines of its failed tasks; otherwise the list of tasks has them. */
function openLogs({ progress }: ServiceRow): RowStep {
  return progress === undefined
    ? { label: STEP_TEXT.tasks, to: 'service', search: { tab: 'tasks' } }
    : { label: STEP_TEXT.logs, to: 'service', search: {} };
}

function compare({ previousRevision, revision }: ServiceRow): readonly RowStep[] {
  if (previousRevision === undefined) return [];
  const label = STEP_TEXT.compare(previousRevision, revision);
  return [{ label, to: 'compare', before: previousRevision, after: revision }];
}
