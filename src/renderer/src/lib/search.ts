import { COMPARED_STATES, type ComparedServiceState } from '../../../shared/model/cluster-comparison.ts';
import { DIGEST, parseImageReference } from '../../../shared/model/image-reference.ts';

export const SERVICE_TABS = [
  'history',
  'tasks',
  'logs',
  'metrics',
  'events',
  'configuration',
  'revisions',
] as const;
export type ServiceTab = (typeof SERVICE_TABS)[number];

export const SERVICE_DIALOGS = ['deploy', 'rollback', 'scale', 'promote', 'run'] as const;
export type ServiceDialog = (typeof SERVICE_DIALOGS)[number];

/** What a link to a moment of the logs keeps: the range, the filter and the moment. The log view reads them. */
const LOGS_KEYS = [
  'range',
  'from',
  'until',
  'q',
  'regex',
  'case',
  'levels',
  'task',
  'container',
  'revision',
  'at',
] as const;
export type LogsSearch = { readonly [Key in (typeof LOGS_KEYS)[number]]?: string | undefined };

/** `kept`: ECS no longer has it. */
export const TASK_FILTER_STATES = ['up', 'starting', 'stopped', 'kept'] as const;
export type TaskFilterState = (typeof TASK_FILTER_STATES)[number];

/** Which tasks of a service are shown. */
export interface TasksSearch {
  readonly taskState?: TaskFilterState | undefined;
  /** With `taskZone`, a cell of the table of revisions and availability zones. */
  readonly taskRevision?: string | undefined;
  readonly taskZone?: string | undefined;
  readonly taskText?: string | undefined;
}

/** Which statuses of ECS a list of revisions has. */
export const REVISION_STATUSES = ['ACTIVE', 'INACTIVE', 'ALL'] as const;
export type RevisionStatusChoice = (typeof REVISION_STATUSES)[number];

/** How far back a search of revisions goes, in days. */
export const REVISION_DAYS = ['1', '7', '30', '90', '365'] as const;
export type RevisionDays = (typeof REVISION_DAYS)[number];

/** Which revisions of a family are shown. */
export interface RevisionsSearch {
  /** Such as `image:web who:mira 1.8.3`. */
  readonly words?: string | undefined;
  /** Any time where it is left out. */
  readonly days?: RevisionDays | undefined;
  /** Active ones where it is left out. */
  readonly status?: RevisionStatusChoice | undefined;
}

/** What the address of a service page says beside the service. */
export interface ServiceSearch extends LogsSearch, TasksSearch, RevisionsSearch {
  readonly tab?: ServiceTab;
  readonly dialog?: ServiceDialog;
  /** The service deployment that a rollback goes back to. */
  readonly to?: string;
  /** The ARN of a service deployment that is looked at, finished or not. */
  readonly deployment?: string;
  /** Of a deploy: the service whose images it begins with, such as `staging/web@profile:acme/eu-west-1`. */
  readonly promote?: string;
  /** Of a one-off task: the revision that it begins with, such as `web:41`. */
  readonly run?: string;
}

export type RawSearch = Readonly<Record<string, unknown>>;

const LONGEST_FILTER = 200;

/** The text of a filter. The router reads `2` as a number and `true` as a boolean; an empty text is none. */
export function filterTextOf(raw: unknown): string | undefined {
  const text = typeof raw === 'number' || typeof raw === 'boolean' ? String(raw) : raw;
  return typeof text === 'string' && text !== '' ? text.slice(0, LONGEST_FILTER) : undefined;
}

/** The filter of a list that has no other. */
export interface FilterSearch {
  readonly q?: string;
}

export function parseFilterSearch(raw: RawSearch): FilterSearch {
  const q = filterTextOf(raw.q);
  return q === undefined ? {} : { q };
}

/** The search of a service page; what it does not know falls away. */
export function parseServiceSearch(raw: RawSearch): ServiceSearch {
  const tab = SERVICE_TABS.find((each) => each === raw.tab);
  const dialog = SERVICE_DIALOGS.find((each) => each === raw.dialog);
  const { to, deployment, promote, run } = raw;
  return {
    ...(tab && { tab }),
    ...(dialog && { dialog }),
    ...(typeof to === 'string' && { to }),
    ...(typeof deployment === 'string' && { deployment }),
    ...(typeof promote === 'string' && { promote }),
    ...(typeof run === 'string' && { run }),
    ...logsSearchOf(raw),
    ...parseTasksSearch(raw),
    ...parseRevisionsSearch(raw),
  };
}

function parseTasksSearch(raw: RawSearch): TasksSearch {
  const taskState = TASK_FILTER_STATES.find((each) => each === raw.taskState);
  const [taskRevision, taskZone, taskText] = [raw.taskRevision, raw.taskZone, raw.taskText].map(filterTextOf);
  return {
    ...(taskState && { taskState }),
    ...(taskRevision !== undefined && { taskRevision }),
    ...(taskZone !== undefined && { taskZone }),
    ...(taskText !== undefined && { taskText }),
  };
}

/** Which revisions of a family are asked for; what it does not know falls away. */
export function parseRevisionsSearch(raw: RawSearch): RevisionsSearch {
  const words = filterTextOf(raw.words);
  const days = REVISION_DAYS.find((each) => each === String(raw.days));
  const status = REVISION_STATUSES.find((each) => each === raw.status);
  return {
    ...(words !== undefined && { words }),
    ...(days && { days }),
    ...(status && status !== 'ACTIVE' && { status }),
  };
}

/** The parts of a search that are of the logs. */
export function logsSearchOf(raw: RawSearch): LogsSearch {
  return Object.fromEntries(
    LOGS_KEYS.flatMap((key) => {
      const value = raw[key];
      return typeof value === 'string' || typeof value === 'number'
        ? [[key, String(value).slice(0, 1_000)]]
        : [];
    }),
  );
}

/** A search without the parameters of the logs. */
export function withoutLogs<Search extends LogsSearch>(search: Search): Omit<Search, keyof LogsSearch> {
  const others = { ...search };
  for (const key of LOGS_KEYS) delete others[key];
  return others;
}

/** The search of a task page: whether it asks to stop the task. */
export interface TaskSearch {
  readonly ask?: 'stop';
}

export function parseTaskSearch({ ask }: RawSearch): TaskSearch {
  return ask === 'stop' ? { ask } : {};
}

/** What a service is listed under in an overview, what needs somebody first. */
export const OVERVIEW_STATES = [
  'failing',
  'degraded',
  'rolled-back',
  'deploying',
  'drifted',
  'healthy',
  'stopped',
] as const;
export type OverviewState = (typeof OVERVIEW_STATES)[number];

/** `state`: what needs somebody first; `changed`: the newest release first. */
export const OVERVIEW_SORTS = ['state', 'changed', 'name'] as const;
export type OverviewSort = (typeof OVERVIEW_SORTS)[number];

/** How far back the timeline of releases goes: the last hour, 24 hours or 7 days. */
export const OVERVIEW_SPANS = ['hour', 'day', 'week'] as const;
export type OverviewSpan = (typeof OVERVIEW_SPANS)[number];

/** Which services an overview shows, in which order, and how far back it shows their releases. */
export interface OverviewSearch {
  readonly state?: OverviewState;
  /** Words that name, image version, revision or state contain. */
  readonly q?: string;
  readonly sort?: OverviewSort;
  /** A day where it is left out. */
  readonly span?: OverviewSpan;
}

/** The search of an overview; what it does not know falls away. */
export function parseOverviewSearch(raw: RawSearch): OverviewSearch {
  const state = OVERVIEW_STATES.find((each) => each === raw.state);
  const sort = OVERVIEW_SORTS.find((each) => each === raw.sort);
  const span = OVERVIEW_SPANS.find((each) => each === raw.span);
  return {
    ...(state && { state }),
    ...(sort && sort !== 'state' && { sort }),
    ...(span && span !== 'day' && { span }),
    ...parseFilterSearch(raw),
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

/** The fleet whose board is shown, or the image that a new one begins with and the filter of its services. */
export interface FleetSearch extends FilterSearch {
  readonly fleet?: string;
  /** As a task definition writes it. */
  readonly image?: string;
}

export function parseFleetSearch(raw: RawSearch): FleetSearch {
  const { fleet, image } = raw;
  if (typeof fleet === 'string' && fleet !== '') return { fleet };
  return { ...(typeof image === 'string' && image !== '' && { image }), ...parseFilterSearch(raw) };
}

/** The second cluster of a comparison, and which of the services are shown in which order. */
export interface ClusterComparisonSearch {
  /** `production`, or `production@account/region` where it is elsewhere than the first cluster. */
  readonly with?: string;
  readonly state?: ComparedServiceState;
  readonly q?: string;
  /** By state where it is left out. */
  readonly sort?: 'name';
}

/** The search of a comparison of clusters; what it does not know falls away. */
export function parseClusterComparisonSearch(raw: RawSearch): ClusterComparisonSearch {
  const state = COMPARED_STATES.find((each) => each === raw.state);
  return {
    ...(typeof raw.with === 'string' && raw.with !== '' && { with: raw.with.slice(0, 1_000) }),
    ...(state && { state }),
    ...(raw.sort === 'name' && { sort: 'name' }),
    ...parseFilterSearch(raw),
  };
}

/** `used`: a service runs it; `expiring`: the lifecycle policy of the repository will remove it. */
export const IMAGES_FILTERS = ['all', 'used', 'unused', 'untagged', 'expiring'] as const;
export type ImagesFilter = (typeof IMAGES_FILTERS)[number];

/** The repository whose images are shown, and which of them. */
export interface ImagesSearch {
  readonly repository?: string | undefined;
  /** The digest of the image whose details are shown. */
  readonly image?: string | undefined;
  readonly show?: ImagesFilter | undefined;
  readonly q?: string | undefined;
}

export const CLEANUP_VERDICTS = ['remove', 'keep', 'all'] as const;
export type CleanupVerdicts = (typeof CLEANUP_VERDICTS)[number];

/** Which lines of the preview of a clean-up are shown. */
export interface CleanupSearch {
  /** What is removed where it is left out, all if that is nothing. */
  readonly show?: CleanupVerdicts | undefined;
  readonly q?: string | undefined;
  /** The family or repository that the list is narrowed down to. */
  readonly of?: string | undefined;
}

/** The search of a clean-up; what it does not know falls away. */
export function parseCleanupSearch(raw: RawSearch): CleanupSearch {
  const show = CLEANUP_VERDICTS.find((each) => each === raw.show);
  const of = filterTextOf(raw.of);
  return { ...(show && { show }), ...(of !== undefined && { of }), ...parseFilterSearch(raw) };
}

/** The one image that a clean-up is asked to delete. */
export interface ImageCleanupSearch extends CleanupSearch {
  readonly repository?: string | undefined;
  readonly image?: string | undefined;
}

/** The search of the page of image clean-ups: both parts of the image or none. */
export function parseImageCleanupSearch(raw: RawSearch): ImageCleanupSearch {
  const { repository, image } = raw;
  const shown = parseCleanupSearch(raw);
  if (typeof repository !== 'string' || typeof image !== 'string' || !DIGEST.test(image)) return shown;
  return parseImageReference(repository)?.repository === repository ? { ...shown, repository, image } : shown;
}

/** The search of the page of images; what it does not know falls away. */
export function parseImagesSearch(raw: RawSearch): ImagesSearch {
  const { repository, image } = raw;
  const show = IMAGES_FILTERS.find((each) => each === raw.show);
  return {
    ...(typeof repository === 'string' && repository !== '' && { repository }),
    ...(typeof image === 'string' && image !== '' && { image }),
    ...(show && show !== 'all' && { show }),
    ...parseFilterSearch(raw),
  };
}

export const TIMELINE_VIEWS = ['matrix', 'changes', 'restore'] as const;
export type TimelineView = (typeof TIMELINE_VIEWS)[number];

/** What the timeline shows, and for which time. */
export interface TimelineSearch {
  /** Default: the matrix. */
  readonly view?: TimelineView;
  /** A moment as ISO 8601: that of the matrix, the first of the changes, or the one to go back to. */
  readonly at?: string;
  /** The last moment of the changes. */
  readonly until?: string;
  /** The environment of the changes, such as `production@sandbox/us-east-1`. */
  readonly in?: string;
  /** Words that the name of a service contains. */
  readonly q?: string;
}

/** The search of the timeline. Unknown parameters are dropped. */
export function parseTimelineSearch(raw: RawSearch): TimelineSearch {
  const view = TIMELINE_VIEWS.find((each) => each === raw.view);
  const instant = (value: unknown): string | undefined =>
    typeof value === 'string' && value.length <= 40 && !Number.isNaN(Date.parse(value))
      ? new Date(value).toISOString()
      : undefined;
  const [at, until] = [instant(raw.at), instant(raw.until)];
  return {
    ...(view && view !== 'matrix' && { view }),
    ...(at !== undefined && { at }),
    ...(until !== undefined && { until }),
    ...(typeof raw.in === 'string' && raw.in !== '' && { in: raw.in.slice(0, 1_000) }),
    ...parseFilterSearch(raw),
  };
}
