import type { Logger } from 'pino';

/** The parts of Slipway that log details when `SLIPWAY_LOG` names them. `host`: calls of pages and tools. */
const LOG_AREAS = ['aws', 'docker', 'releases', 'cleanup', 'jobs', 'host'] as const;
type LogArea = (typeof LOG_AREAS)[number];

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

/** What is logged of each area from which level on; an area that is missing logs from `info` on. */
export type AreaLevels = Readonly<Partial<Record<LogArea, LogLevel>>>;

/** The logger of an area. `openLog` decides its level. */
export function areaLogger(logger: Logger, area: LogArea): Logger {
  return logger.child({ area });
}

/** The level for a logger with these bindings, as `areaLogger` makes one; nothing where its parent's stays. */
export function areaLevelOf(bindings: { readonly area?: unknown }, levels: AreaLevels): LogLevel | undefined {
  const area = LOG_AREAS.find((each) => each === bindings.area);
  return area === undefined ? undefined : levels[area];
}

/**
 * Reads `SLIPWAY_LOG`: areas with commas between them, or `*` for all, each with a level behind a colon where it is not
 * `debug`. The later of two for the same area counts. Throws a sentence about the first part that is wrong.
 */
export function parseAreaLevels(text: string | undefined): AreaLevels {
  const levels: Partial<Record<LogArea, LogLevel>> = {};
  const parts = (text ?? '').split(',').map((part) => part.trim());
  for (const part of parts) {
    if (part === '') continue;
    const [name, level = 'debug', ...more] = part.split(':');
    const areas = name === '*' ? LOG_AREAS : LOG_AREAS.filter((area) => area === name);
    const known = LOG_LEVELS.find((each) => each === level);
    if (areas.length === 0 || known === undefined || more.length > 0) throw new Error(refusalOf(part));
    for (const area of areas) levels[area] = known;
  }
  return levels;
}

function refusalOf(part: string): string {
  return (
    `SLIPWAY_LOG has "${part}", which is not an area of the log. Use ${LOG_AREAS.join(', ')} or *, ` +
    `each with one of the levels ${LOG_LEVELS.join(', ')} if it is not debug, such as aws,releases:trace.`
  );
}
