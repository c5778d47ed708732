/** A container that ECS Exec can reach, as the simulated ECS has it. */
export interface ExecTarget {
  readonly cluster: string;
  readonly taskId: string;
  readonly runtimeId: string;
  /** The KMS key that the cluster has its sessions encrypted with. */
  readonly kmsKeyId: string | undefined;
  readonly container: string;
  readonly image: string;
  /** `none` for an image that has no shell. */
  readonly shell: 'bash' | 'sh' | 'none';
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  /** Ports that something listens at. */
  readonly ports: readonly number[];
  readonly isRunning: () => boolean;
}

/** What ExecuteCommand and StartSession answer. */
export interface StartedSession {
  readonly sessionId: string;
  readonly streamUrl: string;
  readonly tokenValue: string;
}

/** The sessions of an account, as far as ECS opens some. */
export interface ExecSessions {
  execute(target: ExecTarget, command: string): StartedSession;
}
