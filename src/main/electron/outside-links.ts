import { BrowserWindow, dialog, type MessageBoxOptions, shell } from 'electron';
import { isConsoleHost, isSignInHost } from '../../shared/console-hosts.ts';
import type { Logger } from '../engine/ports/ports.ts';

/** Sites that open without a question besides the AWS console: where code is kept. */
const KNOWN_HOSTS: ReadonlySet<string> = new Set(['github.com', 'gitlab.com', 'bitbucket.org']);

/** Where IAM Identity Center signs people in: its OIDC endpoint and the page for codes, by partition, and the access portals. */
const SIGN_IN_HOSTS: readonly RegExp[] = [
  /^(?:oidc|device\.sso)\.[a-z0-9-]{1,30}\.amazonaws\.(?:com|com\.cn|eu)$/,
  /^[a-z0-9-]{1,63}\.awsapps\.com$/,
  // https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-sso.html
  /^start\.us-gov-home\.awsapps\.com$/,
  // https://docs.amazonaws.cn/en_us/aws/latest/userguide/iam-identity-center.html
  /^start\.home\.awsapps\.cn$/,
  // https://docs.aws.amazon.com/singlesignon/latest/userguide/multi-region-workforce-access.html
  /^ssoins-[a-z0-9]{1,40}\.(?:[a-z0-9-]{1,30}\.portal\.amazonaws\.com|portal\.[a-z0-9-]{1,30}\.app\.aws)$/,
];

const OPEN = 0;
const LONGEST_SHOWN = 300;

type LinkDecision =
  | { readonly action: 'open'; readonly url: string }
  | { readonly action: 'ask'; readonly url: string; readonly host: string }
  | { readonly action: 'refuse' };

/**
 * What to do with a link of the page: known sites open, other web sites after a question, anything else never. An
 * address with a login in it is refused: it can hold a secret, and look like another host.
 */
function decideLink(address: string): LinkDecision {
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol)) return { action: 'refuse' };
  if (url.username !== '' || url.password !== '') return { action: 'refuse' };
  // Of an international name, this is the ASCII form (xn--), so that no other script passes for a Latin letter.
  const { host, href } = url;
  if (url.protocol === 'https:' && isTrusted(host)) return { action: 'open', url: href };
  return { action: 'ask', url: href, host };
}

function isTrusted(host: string): boolean {
  return (
    KNOWN_HOSTS.has(host) ||
    isConsoleHost(host) ||
    isSignInHost(host) ||
    SIGN_IN_HOSTS.some((pattern) => pattern.test(host))
  );
}

/** Returns what opens a link of the page in the person's own browser. */
export function createLinkOpener(logger: Logger): (address: string) => void {
  /** Hosts that a person has said yes to in this run. */
  const accepted = new Set<string>();
  let isAsking = false;

  async function open(address: string): Promise<void> {
    const decision = decideLink(address);
    if (decision.action === 'refuse') {
      logger.warn({ address: address.slice(0, LONGEST_SHOWN) }, 'A link that is no web address was refused');
      return;
    }
    if (decision.action === 'ask' && !accepted.has(decision.host)) {
      // A page that opens many links gets one question, not a stack of them.
      if (isAsking || !(await ask(decision))) return;
    }
    await shell.openExternal(decision.url);
  }

  async function ask({ url, host }: { readonly url: string; readonly host: string }): Promise<boolean> {
    isAsking = true;
    try {
      const [window] = BrowserWindow.getAllWindows();
      const question = linkQuestion(url, host);
      const answer = window
        ? await dialog.showMessageBox(window, question)
        : await dialog.showMessageBox(question);
      const isYes = answer.response === OPEN;
      if (isYes && answer.checkboxChecked) accepted.add(host);
      return isYes;
    } finally {
      isAsking = false;
    }
  }

  return (address) => {
    open(address).catch((error: unknown) => logger.warn({ err: error }, 'A link did not open'));
  };
}

function linkQuestion(url: string, host: string): MessageBoxOptions {
  return {
    type: 'question',
    message: `Open ${host} in your browser?`,
    detail: url.length > LONGEST_SHOWN ? `${url.slice(0, LONGEST_SHOWN)}…` : url,
    buttons: ['Open link', 'Cancel'],
    defaultId: OPEN,
    cancelId: 1,
    checkboxLabel: `Don't ask again for ${host} until Slipway quits`,
    noLink: true,
  };
}
