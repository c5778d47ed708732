import { Button, CopyButton } from '@mantine/core';
import type { CodeDeployDeployment } from '../../../../shared/model/code-deploy.ts';
import styles from './code-deploy-card.module.css';

/** What can be done to a deployment in flight, to be pasted into a shell: CodeDeploy is not Slipway's to drive. */
export function Ways({ ways }: Pick<CodeDeployDeployment, 'ways'>) {
  if (ways.length === 0) return null;
  return (
    <div className={styles.ways}>
      <span>AWS CLI:</span>
      {ways.map(({ what, command }) => (
        <CopyButton key={what} value={`${command}\n`}>
          {({ copied, copy }) => (
            <Button variant="default" size="compact-xs" onClick={copy} title={command}>
              {copied ? 'Copied' : `Copy “${what}”`}
            </Button>
          )}
        </CopyButton>
      ))}
    </div>
  );
}
