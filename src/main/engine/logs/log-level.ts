import { plainText } from '../../../shared/escape-sequences.ts';
import { isObject } from '../../../shared/is-object.ts';
import type { LogLevel } from '../../../shared/model/log.ts';

/** A level stands at the beginning of a line. */
const HEAD = 400;
/** Longer JSON is not parsed; its head is searched. */
const LONGEST_JSON = 64 * 1024;

const LEVEL_OF_NAME: Readonly<Record<string, LogLevel>> = {
  emerg: 'error',
  emergency: 'error',
  alert: 'error',
  crit: 'error',
  critical: 'error',
  fatal: 'error',
  panic: 'error',
  severe: 'error',
  error: 'error',
  err: 'error',
  eror: 'error',
  warn: 'warn',
  warning: 'warn',
  wrn: 'warn',
  notice: 'info',
  info: 'info',
  information: 'info',
  informational: 'info',
  inf: 'info',
  log: 'info',
  debug: 'debug',
  dbg: 'debug',
  fine: 'debug',
  finer: 'debug',
  finest: 'debug',
  trace: 'debug',
  trc: 'debug',
  verbose: 'debug',
  vrb: 'debug',
};

const FIELDS = ['level', 'severity', 'lvl', 'log.level', 'levelname', 'severityText', 'severity_text', '@l'];
const NAMES = Object.keys(LEVEL_OF_NAME).join('|');

const JSON_FIELD =
  /"(?:level|severity|lvl|log\.level)"\s{0,4}:\s{0,4}(?:"(?<name>[A-Za-z]{1,20})"|(?<number>\d{1,3}))/;
const LOGFMT = /(?:^|\s)(?:level|lvl|severity)=["']?(?<name>[A-Za-z]{1,20})/i;
/** https://kubernetes.io/docs/concepts/cluster-administration/system-logs/#klog */
const KLOG = /^(?<letter>[IWEF])\d{4} \d\d:\d\d:\d\d/;
/** RFC 5424, section 6.2.1. */
const SYSLOG = /^<(?<priority>\d{1,3})>/;
/** https://httpd.apache.org/docs/current/logs.html#common */
const ACCESS = /"[A-Z]{3,10} [^"]{1,300} HTTP\/[\d.]{1,3}" (?<status>\d{3})(?:\s|$)/;
const BRACKETED = new RegExp(String.raw`[[(<|](?<name>${NAMES})\s{0,5}[\])>|]`, 'i');
const UPPER = new RegExp(String.raw`(?:^|[\s:])(?<name>${NAMES.toUpperCase()})(?=[\s:,\]]|$)`);
const LEADING = new RegExp(String.raw`^(?<name>${NAMES})(?::|\s-\s)`, 'i');
const ERROR_BEGINS =
  /^(?:Traceback \(most recent|panic:|fatal error:|npm ERR!|npm error |Exception in thread |Unhandled |Uncaught |(?:[A-Za-z_$][\w$]{0,80}\.){0,20}[A-Za-z_$][\w$]{0,80}(?:Error|Exception)(?::|$))/;
/** A line of a stack trace, in the forms of V8, Java, Python, .NET and Go. */
const CONTINUES = /^(?:[ \t]|Caused by: |\.\.\. \d|[})\]])/;

/** What a line says about its level; undefined where it says nothing. Looks at the first 400 characters, or at a whole JSON object. */
export function levelOf(text: string): LogLevel | undefined {
  const trimmed = text.startsWith('{') ? text : text.trimStart();
  if (trimmed.startsWith('{')) {
    const level = trimmed.length <= LONGEST_JSON ? levelOfJson(trimmed) : undefined;
    if (level !== undefined) return level;
  }
  const head = plainText(text.slice(0, HEAD));
  const field = JSON_FIELD.exec(head)?.groups;
  if (trimmed.startsWith('{') && field !== undefined) return levelOfValue(field.name ?? Number(field.number));
  return levelOfText(head);
}

/** Whether a line without a level belongs to the line before it, as those of a stack trace do. */
export function continuesLine(text: string): boolean {
  return CONTINUES.test(text);
}

function levelOfText(head: string): LogLevel | undefined {
  const klog = KLOG.exec(head)?.groups?.letter;
  if (klog !== undefined) return klog === 'I' ? 'info' : klog === 'W' ? 'warn' : 'error';
  const priority = SYSLOG.exec(head)?.groups?.priority;
  if (priority !== undefined) return levelOfSyslog(Number(priority) % 8);
  const logfmt = LOGFMT.exec(head)?.groups?.name;
  if (logfmt !== undefined && named(logfmt) !== undefined) return named(logfmt);
  const status = ACCESS.exec(head)?.groups?.status;
  if (status !== undefined) return levelOfStatus(Number(status));
  if (ERROR_BEGINS.test(head)) return 'error';
  const word = (LEADING.exec(head) ?? firstOf(BRACKETED.exec(head), UPPER.exec(head)))?.groups?.name;
  return word === undefined ? undefined : named(word);
}

function firstOf(one: RegExpExecArray | null, other: RegExpExecArray | null): RegExpExecArray | null {
  if (one === null || other === null) return one ?? other;
  return one.index <= other.index ? one : other;
}

function levelOfJson(text: string): LogLevel | undefined {
  const value = parsed(text);
  if (!isObject(value)) return undefined;
  for (const field of FIELDS) {
    const level = Object.hasOwn(value, field) ? levelOfValue(value[field]) : undefined;
    if (level !== undefined) return level;
  }
  // Elastic Common Schema nests it: https://www.elastic.co/guide/en/ecs/current/ecs-log.html
  if (isObject(value.log)) return levelOfValue(value.log.level);
  return typeof value.status === 'number' && typeof value.method === 'string'
    ? levelOfStatus(value.status)
    : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A name, or a number: of syslog up to 7, or else of pino and bunyan. https://getpino.io/#/docs/api?id=level-string */
function levelOfValue(value: unknown): LogLevel | undefined {
  if (typeof value === 'string') return /^\d{1,3}$/.test(value) ? levelOfNumber(Number(value)) : named(value);
  return typeof value === 'number' ? levelOfNumber(value) : undefined;
}

function levelOfNumber(value: number): LogLevel | undefined {
  if (value < 0 || value > 60) return undefined;
  if (value <= 7) return levelOfSyslog(value);
  if (value >= 50) return 'error';
  if (value >= 40) return 'warn';
  return value >= 30 ? 'info' : 'debug';
}

function levelOfSyslog(severity: number): LogLevel {
  if (severity <= 3) return 'error';
  if (severity === 4) return 'warn';
  return severity === 7 ? 'debug' : 'info';
}

function levelOfStatus(status: number): LogLevel {
  if (status >= 500) return 'error';
  return status >= 400 ? 'warn' : 'info';
}

function named(name: string): LogLevel | undefined {
  const key = name.toLowerCase();
  return Object.hasOwn(LEVEL_OF_NAME, key) ? LEVEL_OF_NAME[key] : undefined;
}
