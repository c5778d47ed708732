export const SERVICE_TABS = ['history', 'tasks', 'events', 'configuration', 'revisions'] as const;
export type ServiceTab = (typeof SERVICE_TABS)[number];

export const SERVICE_DIALOGS = ['deploy', 'rollback', 'scale'] as const;
export type ServiceDialog = (typeof SERVICE_DIALOGS)[number];

/** What the address of a service page says beside the service. */
export interface ServiceSearch {
  readonly tab?: ServiceTab;
  readonly dialog?: ServiceDialog;
  /** The service deployment that a rollback goes back to. */
  readonly to?: string;
  /** The ARN of a service deployment that is looked at, finished or not. */
  readonly deployment?: string;
}

type RawSearch = Readonly<Record<string, unknown>>;

/** The search of a service page; what it does not know falls away. */
export function parseServiceSearch(raw: RawSearch): ServiceSearch {
  const tab = SERVICE_TABS.find((each) => each === raw.tab);
  const dialog = SERVICE_DIALOGS.find((each) => each === raw.dialog);
  const { to, deployment } = raw;
  return {
    ...(tab && { tab }),
    ...(dialog && { dialog }),
    ...(typeof to === 'string' && { to }),
    ...(typeof deployment === 'string' && { deployment }),
  };
}

/** The two revisions of a comparison, such as `web:40` and `web:41`. */
export interface DiffSearch {
  readonly before: string;
  readonly after: string;
}

/** The search of a comparison; a missing side is empty, and the engine says so. */
export function parseDiffSearch(raw: RawSearch): DiffSearch {
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return { before: text(raw.before), after: text(raw.after) };
}

/** The fleet whose board is shown, or the image that a new one begins with. */
export interface FleetSearch {
  readonly fleet?: string;
  /** As a task definition writes it. */
  readonly image?: string;
}

export function parseFleetSearch({ fleet, image }: RawSearch): FleetSearch {
  if (typeof fleet === 'string' && fleet !== '') return { fleet };
  return typeof image === 'string' && image !== '' ? { image } : {};
}
