import { Button, CopyButton } from '@mantine/core';
import type { CodeDeployDeployment } from '../../../../shared/model/code-deploy.ts';
import styles from './code-deploy-card.module.css';
import { CODE_DEPLOY_TEXT } from './code-deploy-text.ts';

/** Commands for a deployment in progress, to paste into a shell: Slipway does not control CodeDeploy. */
export function Ways({ ways }: Pick<CodeDeployDeployment, 'ways'>) {
  if (ways.length === 0) return null;
  return (
    <div className={styles.ways}>
      <span>{CODE_DEPLOY_TEXT.commands}</span>
      {ways.map(({ what, command }) => (
        <CopyButton key={what} value={`${command}\n`}>
          {({ copied, copy }) => (
            <Button variant="default" size="compact-xs" onClick={copy} title={command}>
              {copied ? CODE_DEPLOY_TEXT.copied : CODE_DEPLOY_TEXT.copy(what)}
            </Button>
          )}
        </CopyButton>
      ))}
    </div>
  );
}
