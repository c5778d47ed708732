import { hash } from 'node:crypto';
import { isObject } from '../../../shared/is-object.ts';
import { LONGEST_LOG_LINE, type LogLevel, type ServiceLogLine } from '../../../shared/model/log.ts';
import { continuesLine, levelOf } from './log-level.ts';

/** Who has written a line. */
export interface LineOrigin {
  readonly taskId: string;
  readonly container: string;
  readonly revision: string;
}

/** An event as CloudWatch Logs gives it, whatever the call. */
export interface LogEvent {
  readonly timestamp?: number | undefined;
  readonly ingestionTime?: number | undefined;
  readonly message?: string | undefined;
}

/** What an event has in all calls: an id is missing in some. The same for equal texts of one millisecond. */
export function contentKey(
  { taskId, container }: LineOrigin,
  { timestamp = 0, message = '' }: LogEvent,
): string {
  return `${taskId}/${container}/${timestamp}/${hash('sha1', message, 'base64url').slice(0, 14)}`;
}

/** Makes the lines of one reading, whose events come in the order of their streams. */
export function createLineMaker(): (origin: LineOrigin, event: LogEvent, id: string) => ServiceLogLine {
  const lastLevels = new Map<string, LogLevel | undefined>();
  return (origin, event, id) => {
    const { taskId, container, revision } = origin;
    const text = bounded(withoutRecord(event.message ?? '').trimEnd());
    const stream = `${taskId}/${container}`;
    const level = levelOf(text) ?? (continuesLine(text) ? lastLevels.get(stream) : undefined);
    lastLevels.set(stream, level);
    return {
      id,
      taskId,
      container,
      revision,
      text,
      ...(event.timestamp === undefined ? {} : { at: new Date(event.timestamp).toISOString() }),
      ...(event.ingestionTime === undefined
        ? {}
        : { ingestedAt: new Date(event.ingestionTime).toISOString() }),
      ...(level === undefined ? {} : { level }),
    };
  };
}

/** FireLens wraps a line into a record with facts of its container. The task of the record, where it names one. */
export function taskOfRecord(message: string): string | undefined {
  const arn = recordOf(message)?.ecs_task_arn;
  return typeof arn === 'string' ? arn.slice(arn.lastIndexOf('/') + 1) : undefined;
}

function withoutRecord(message: string): string {
  const record = recordOf(message);
  return typeof record?.log === 'string' ? record.log : message;
}

function recordOf(message: string): Readonly<Record<string, unknown>> | undefined {
  if (!message.startsWith('{') || !message.includes('"container_id"')) return undefined;
  try {
    const record: unknown = JSON.parse(message);
    return isObject(record) ? record : undefined;
  } catch {
    return undefined;
  }
}

function bounded(text: string): string {
  if (text.length <= LONGEST_LOG_LINE) return text;
  const left = text.length - LONGEST_LOG_LINE;
  return `${text.slice(0, LONGEST_LOG_LINE).toWellFormed()}… [cut: ${left} more characters]`;
}
