/** Where the sandbox reports what clients can't be told. Accepts a pino logger. */
export interface SandboxLogger {
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

export const silentLogger: SandboxLogger = { warn: () => {}, error: () => {} };
