import type { CodeDeployTaskSet } from '../../../../shared/model/code-deploy.ts';

/** The sentences of the card of a CodeDeploy deployment, to be read together. */
export const CODE_DEPLOY_TEXT = {
  title: 'CodeDeploy',
  loading: 'the CodeDeploy deployment',
  noGroup:
    'No CodeDeploy deployment group in this region uses this service. Create one in CodeDeploy to deploy it.',
  noDeployments: 'This deployment group has no deployments yet.',
  taskSets: 'Task sets of the deployment',
  taskSet: ({ role, revision, running, desired, pending }: CodeDeployTaskSet) =>
    `${role === 'new' ? 'New' : 'Old'}: ${revision}, ${running} of ${desired} running${pending > 0 ? `, ${pending} pending` : ''}`,
  copyId: 'deployment id',
  consoleLink: (id: string) => `the deployment ${id}`,
  startedBy: (who: string) => `started by ${who}`,
  rolledBackBy: (deployment: string) => `rolled back by ${deployment}`,
  rollsBack: (deployment: string) => `rolls back ${deployment}`,
  events: 'Lifecycle events',
  traffic: 'Traffic',
  trafficOf: (shares: readonly string[]) => `Traffic: ${shares.join(', ')}`,
  share: ({ revision, percent }: CodeDeployTaskSet) => `${revision} · ${percent} %`,
  commands: 'AWS CLI:',
  copy: (what: string) => `Copy “${what}”`,
  copied: 'Copied',
} as const;
