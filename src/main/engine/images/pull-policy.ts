import { z } from 'zod';
import { lazyObject } from '../../../shared/model/lazy-objects.ts';
import { policyPattern } from '../../../shared/wildcard.ts';

/** Who pulls: the account of the service, and the execution role of its tasks where they have one. */
export interface Puller {
  readonly account: string;
  readonly role: string | undefined;
}

/** What the policy of a repository says about a pull. `conditional`: it depends on conditions that only a real pull has. */
export type PullDecision = 'allowed' | 'denied' | 'not-allowed' | 'conditional';

const Texts = z
  .union([z.string(), z.array(z.string())])
  .transform((texts) => (typeof texts === 'string' ? [texts] : texts));
const RepositoryPolicy = lazyObject(() => ({
  Statement: z.union([z.unknown().array(), z.unknown().transform((one) => [one])]),
}));
const Statement = lazyObject(() => ({
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([z.literal('*'), z.object({ AWS: Texts.optional() })]).optional(),
  NotPrincipal: z.unknown().optional(),
  Action: Texts.optional(),
  NotAction: z.unknown().optional(),
  Condition: z.unknown().optional(),
}));
type Statement = z.infer<typeof Statement>;

/** What a pull asks of the repository. The token is not one of its actions. */
const ACTIONS = ['ecr:batchgetimage', 'ecr:getdownloadurlforlayer'] as const;

/** What a policy says about a pull. A statement that Slipway does not understand makes it conditional. */
export function decisionOf(policyText: string, puller: Puller): PullDecision {
  const parsed = RepositoryPolicy.safeParse(parseJson(policyText));
  if (!parsed.success) return 'conditional';
  const statements: Statement[] = [];
  let isUnderstood = true;
  for (const each of parsed.data.Statement) {
    const statement = Statement.safeParse(each);
    if (statement.success) statements.push(statement.data);
    else isUnderstood = false;
  }
  const decisions = ACTIONS.map((action) => decisionForAction(statements, action, puller));
  if (decisions.includes('denied')) return 'denied';
  if (!isUnderstood || decisions.includes('conditional')) return 'conditional';
  return decisions.includes('not-allowed') ? 'not-allowed' : 'allowed';
}

function decisionForAction(statements: readonly Statement[], action: string, puller: Puller): PullDecision {
  const about = statements.filter((statement) => mayConcern(statement, action, puller));
  const isPlain = ({ Condition, NotPrincipal, NotAction }: Statement): boolean =>
    Condition === undefined && NotPrincipal === undefined && NotAction === undefined;
  const [plain, others] = [about.filter(isPlain), about.filter((each) => !isPlain(each))];
  if (plain.some(({ Effect }) => Effect === 'Deny')) return 'denied';
  if (others.some(({ Effect }) => Effect === 'Deny')) return 'conditional';
  if (plain.length > 0) return 'allowed';
  return others.length > 0 ? 'conditional' : 'not-allowed';
}

function mayConcern({ Principal, Action }: Statement, action: string, { account, role }: Puller): boolean {
  const hasAction =
    Action === undefined || Action.some((pattern) => policyPattern(pattern.toLowerCase()).matches(action));
  if (!hasAction) return false;
  if (Principal === undefined || Principal === '*') return true;
  return (Principal.AWS ?? []).some(
    (name) => name === '*' || name === account || name === role || name.endsWith(`:iam::${account}:root`),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
