import { loadSharedConfigFiles } from '@smithy/core/config';

/** Variables that each say where credentials come from; see the SDK's default provider chain. */
const CREDENTIAL_VARIABLES = ['AWS_ACCESS_KEY_ID', 'AWS_PROFILE', 'AWS_WEB_IDENTITY_TOKEN_FILE'];

/**
 * Whether this machine is set up for AWS: a profile in the shared files, or credentials in the environment.
 * Files that cannot be read count as a set-up, so that the person is told about them instead of being shown a
 * sandbox.
 */
export async function isSetUpForAws(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<boolean> {
  if (CREDENTIAL_VARIABLES.some((name) => environment[name])) return true;
  try {
    const { configFile, credentialsFile } = await loadSharedConfigFiles({
      ...(environment.AWS_CONFIG_FILE ? { configFilepath: environment.AWS_CONFIG_FILE } : {}),
      ...(environment.AWS_SHARED_CREDENTIALS_FILE
        ? { filepath: environment.AWS_SHARED_CREDENTIALS_FILE }
        : {}),
      ignoreCache: true,
    });
    return Object.keys(configFile).length + Object.keys(credentialsFile).length > 0;
  } catch {
    return true;
  }
}
