/** Where the sandbox reports what it cannot tell its clients. Takes a pino logger as it is. */
export interface SandboxLogger {
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

export const silentLogger: SandboxLogger = { warn: () => {}, error: () => {} };
