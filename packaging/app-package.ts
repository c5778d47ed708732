import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Configuration } from 'electron-builder';
import { bundledPackages, licenseNotice, THIRD_PARTY_LICENSES } from './third-party.ts';

export type PackageTargets = NonNullable<NonNullable<Parameters<typeof build>[0]>['targets']>;

/**
 * Packages the built app and resolves with the files that were made; for the target `dir` there are none. Nothing is
 * published. Rejects with electron-builder's sentence when the configuration does not fit its schema.
 */
export async function packageApp(
  root: string,
  config: Configuration,
  targets: PackageTargets,
): Promise<readonly string[]> {
  writeFileSync(join(root, THIRD_PARTY_LICENSES), licenseNotice(bundledPackages(root)));
  return build({ projectDir: root, config, targets, publish: 'never' });
}
