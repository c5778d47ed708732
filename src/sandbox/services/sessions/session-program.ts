/** A program of a session. */
export interface SessionProgram {
  /** Bytes of the client. */
  input(data: Buffer): void;
  resize(size: { readonly cols: number; readonly rows: number }): void;
  /** Goes on with output that had to wait. */
  resume(): void;
  stop(): void;
}

/** What a program writes to. */
export interface ProgramOutput {
  write(data: Buffer): void;
  /** Whether the client has to take something first. */
  isFull(): boolean;
  /** The program has ended. */
  exit(): void;
  /** Runs something after so many seconds. Answers how it is taken back. */
  after(seconds: number, what: () => void): () => void;
}
