import { SlipwayError } from '../../../shared/errors.ts';
import { logGroupConsoleUrl } from '../catalog/console-urls.ts';
import type { TargetGroup } from './log-targets.ts';

/**
 * Why the lines of a log group can't be read and what to do, as a sentence; undefined for an error that is not about the
 * group, after which nothing else could be read either.
 */
export function groupRefusal(
  { region, logGroup }: Pick<TargetGroup, 'region' | 'logGroup'>,
  error: unknown,
): string | undefined {
  if (!(error instanceof SlipwayError)) return undefined;
  const what = `The log group ${logGroup} is not read`;
  if (error.code === 'NOT_FOUND') return `${what}: it doesn't exist in ${region}.`;
  if (isOfOtherClass(error)) {
    const url = logGroupConsoleUrl(region, logGroup);
    const place = url === undefined ? '' : `: ${url}`;
    return `${what}: only log groups of the class Standard can be read and followed. Query it with CloudWatch Logs Insights${place}.`;
  }
  return error.code === 'FORBIDDEN' || error.code === 'INVALID_INPUT'
    ? `${what}. ${error.message}`
    : undefined;
}

/** Whether AWS named a log stream that does not exist (yet), in a group that does. */
export function isMissingStream(error: unknown): boolean {
  return error instanceof SlipwayError && error.code === 'NOT_FOUND' && /log stream/i.test(error.message);
}

/**
 * Log groups of the classes Infrequent Access, Essentials and Delivery have neither live tails nor FilterLogEvents and
 * GetLogEvents: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html. AWS says so with
 * more than one error.
 */
function isOfOtherClass({ code, message }: SlipwayError): boolean {
  return code === 'INVALID_INPUT' && /log[- ](?:group[- ])?class/i.test(message);
}
