import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAccounts } from '../src/main/engine/aws/accounts.ts';
import { type Figure, median } from './figure.ts';

const PROFILES = 200;
const ROUNDS = 51;

/** Of every four, one has keys, one a role, and two sign in with an SSO session. */
function sectionOf(index: number): string {
  const head = `[profile team-${index}]\nregion = eu-west-1`;
  switch (index % 4) {
    case 0:
      return `${head}\naws_access_key_id = AKIA${index}\naws_secret_access_key = secret-${index}`;
    case 1:
      return `${head}\nrole_arn = arn:aws:iam::123456789012:role/deploy-${index}\nsource_profile = team-${index - 1}`;
    default:
      return `${head}\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Developer`;
  }
}

/** Reading a config file with 200 profiles and listing them as accounts. */
export async function run(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  try {
    const session =
      '[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1';
    const sections = Array.from({ length: PROFILES }, (_, index) => sectionOf(index));
    writeFileSync(join(folder, 'config'), [...sections, session].join('\n\n'));
    const environment = {
      HOME: folder,
      AWS_CONFIG_FILE: join(folder, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
    };
    const accounts = await openAccounts({ environment, accounts: [] });
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const start = performance.now();
      await accounts.reload();
      times.push(performance.now() - start);
      if (accounts.list().length !== PROFILES) throw new Error('Not every profile is listed.');
    }
    return [{ figure: 'profiles.list-200-ms', value: Number(median(times).toFixed(1)), unit: 'ms' }];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
