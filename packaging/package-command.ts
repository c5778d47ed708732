import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../scripts/checkout.mjs';
import { writeCommandPackage } from './command-package.ts';

const folder = join(ROOT, 'dist', 'command');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
writeCommandPackage(ROOT, folder);
process.stdout.write(
  `${folder} has the command. \`npm pack ${folder}\` makes the archive, \`docker build ${folder}\` the container image.\n`,
);
