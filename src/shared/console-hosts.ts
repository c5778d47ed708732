/**
 * The host of the AWS console by partition: AWS's public partitions by their documentation, the others beside the
 * sign-in hosts that the AWS SDK has for them. A region's name and a dot may stand before each.
 * https://docs.aws.eu/esc/latest/userguide/endpoints.html, https://docs.amazonaws.cn/aws/latest/userguide/endpoints-arns.html
 */
export const CONSOLE_HOSTS: ReadonlyMap<string, string> = new Map([
  ['aws', 'console.aws.amazon.com'],
  ['aws-cn', 'console.amazonaws.cn'],
  ['aws-eusc', 'console.amazonaws-eusc.eu'],
  ['aws-iso', 'console.c2shome.ic.gov'],
  ['aws-iso-b', 'console.sc2shome.sgov.gov'],
  ['aws-iso-e', 'console.csphome.adc-e.uk'],
  ['aws-iso-f', 'console.csphome.hci.ic.gov'],
  ['aws-us-gov', 'console.amazonaws-us-gov.com'],
]);

/**
 * Whether a host is that of AWS Sign-In in a region: beside the console, as the endpoint rules of the AWS SDK have it.
 * https://docs.aws.amazon.com/signin/latest/APIReference/API_dataplane-signin_AuthorizeOAuth2Access.html
 */
export function isSignInHost(host: string): boolean {
  const [, named] = /^[a-z0-9-]{1,30}\.signin\.(.+)$/.exec(host) ?? [];
  return named !== undefined && [...CONSOLE_HOSTS.values()].includes(`console.${named}`);
}

/** Whether a host is the AWS console, in any partition and region. */
export function isConsoleHost(host: string): boolean {
  const hosts = [...CONSOLE_HOSTS.values()];
  return hosts.includes(host.replace(/^[a-z0-9-]+\.(?=console\.)/, ''));
}
