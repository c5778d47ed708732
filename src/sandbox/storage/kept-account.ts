import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = 'account.json';
/** Also of the folders of earlier versions, which have no such file. */
const USUAL_ACCOUNT = '123456789012';

/**
 * The account that is asked for. A data folder keeps that of its first start.
 *
 * @throws Error with a sentence for the user when the folder has another account, or its record is damaged.
 */
export function accountOf(folder: string | undefined, wanted: string | undefined): string {
  if (folder === undefined) return wanted ?? USUAL_ACCOUNT;
  const kept = keptAccount(folder);
  if (kept === undefined) {
    const account = wanted ?? USUAL_ACCOUNT;
    writeFileSync(join(folder, FILE), JSON.stringify(account));
    return account;
  }
  if (wanted === undefined || wanted === kept) return kept;
  throw new Error(
    `${folder} holds the account ${kept}. Start the sandbox as that account, or choose another data folder for ${wanted}.`,
  );
}

/** Undefined for a folder that no sandbox has used yet. */
function keptAccount(folder: string): string | undefined {
  const path = join(folder, FILE);
  if (!existsSync(path)) return existsSync(join(folder, 'account.sqlite')) ? USUAL_ACCOUNT : undefined;
  const account = /^"(?<id>\d{12})"$/.exec(readFileSync(path, 'utf8'))?.groups?.id;
  if (account !== undefined) return account;
  throw new Error(`The sandbox cannot read ${path}. Choose another data folder, or delete this one.`);
}
