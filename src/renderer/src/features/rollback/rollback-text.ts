/** The sentences of the rollback dialog. */
export const ROLLBACK_TEXT = {
  title: (service: string) => `Roll back ${service}`,
} as const;
