import * as ecrApi from '@aws-sdk/client-ecr';
import { isJsonObject, type JsonObject, parseJson } from '../../core/json.ts';

const VERSIONS: readonly unknown[] = [undefined, '2012-10-17', '2008-10-17'];
const PRINCIPAL_KINDS = ['AWS', 'Service', 'Federated', 'CanonicalUser'];

const POLICY_MEMBERS = ['Version', 'Id', 'Statement'];
const STATEMENT_MEMBERS = ['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Condition'];

/** Whether a text is a policy of a repository. The repository is what it is about, so that it names no resource. */
export function isRepositoryPolicy(text: string): boolean {
  return isResourcePolicy(
    text,
    (statement) => hasOnly(statement, STATEMENT_MEMBERS) && isStatementOf(statement, isEcrAction),
  );
}

/**
 * Whether a text is a policy of a repository or of the registry. It has statements with an effect, a principal and
 * actions, as every resource-based policy has, and its actions are those of ECR.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html
 */
function isResourcePolicy(text: string, isStatement: (statement: JsonObject) => boolean): boolean {
  const policy = parseJson(text);
  if (!isJsonObject(policy) || !VERSIONS.includes(policy.Version)) return false;
  if (!hasOnly(policy, POLICY_MEMBERS)) return false;
  const statements = listOf(policy.Statement);
  if (!statements.every(isJsonObject) || !haveOwnSids(statements)) return false;
  return statements.length > 0 && statements.every(isStatement);
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html */
function haveOwnSids(statements: readonly JsonObject[]): boolean {
  const sids = statements.flatMap(({ Sid }) => (Sid === undefined ? [] : [Sid]));
  return new Set(sids).size === sids.length;
}

const V1_ACTIONS = ['ecr:ReplicateImage', 'ecr:BatchImportUpstreamImage', 'ecr:CreateRepository'];

/**
 * Whether a text is a policy of a registry with the scope that its account setting `REGISTRY_POLICY_SCOPE` names: the
 * older one has three actions.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions.html
 */
export function isRegistryPolicy(text: string, scope: string | undefined): boolean {
  const isV1Action = (action: string) => V1_ACTIONS.includes(action);
  return isResourcePolicy(text, ({ Resource = '*', ...statement }) => {
    const isRight = isStatementOf(statement, scope === 'V1' ? isV1Action : isEcrAction);
    return isRight && hasOnly(statement, STATEMENT_MEMBERS) && isListOf(Resource, isEcrResource);
  });
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const OPERATOR =
  /^(?:ForAnyValue:|ForAllValues:)?(?:String(?:Not)?(?:Equals(?:IgnoreCase)?|Like)|(?:Numeric|Date)(?:(?:Not)?Equals|(?:Less|Greater)Than(?:Equals)?)|Bool|BinaryEquals|(?:Not)?IpAddress|Arn(?:Not)?(?:Equals|Like)|Null)(?:IfExists)?$/;

function isCondition(condition: unknown): boolean {
  return isJsonObject(condition) && Object.keys(condition).every((operator) => OPERATOR.test(operator));
}

function hasOnly(object: JsonObject, members: readonly string[]): boolean {
  return Object.keys(object).every((member) => members.includes(member));
}

function isEcrResource(resource: string): boolean {
  return resource === '*' || /^arn:[a-z-]+:ecr:/.test(resource);
}

function isStatementOf(statement: JsonObject, isAction: (action: string) => boolean): boolean {
  const { Effect, Principal, NotPrincipal, Action, NotAction, Condition } = statement;
  const isEffect = Effect === 'Allow' || Effect === 'Deny';
  const isForSomebody = isOneOf(Principal, NotPrincipal) && isPrincipal(Principal ?? NotPrincipal);
  const hasActions = isOneOf(Action, NotAction) && isListOf(Action ?? NotAction, isAction);
  return isEffect && isForSomebody && hasActions && (Condition === undefined || isCondition(Condition));
}

function isOneOf(one: unknown, other: unknown): boolean {
  return (one === undefined) !== (other === undefined);
}

function isPrincipal(principal: unknown): boolean {
  if (principal === '*') return true;
  if (!isJsonObject(principal)) return false;
  const kinds = Object.entries(principal);
  return (
    kinds.length > 0 &&
    kinds.every(([kind, names]) => {
      const isName = kind === 'AWS' ? isAwsPrincipal : (name: string) => name !== '';
      return PRINCIPAL_KINDS.includes(kind) && isListOf(names, isName);
    })
  );
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html: an account, an ARN or an id. */
function isAwsPrincipal(name: string): boolean {
  return name === '*' || /^(?:\d{12}|arn:[a-z-]+:(?:iam|sts)::\d{12}:.+|A(?:IDA|ROA)[A-Z0-9]+)$/.test(name);
}

/** Every operation is an action of the same name; a copy into the registry has no operation. */
const ACTIONS: ReadonlySet<string> = new Set(
  [...operationNames(ecrApi), 'BatchImportUpstreamImage', 'ReplicateImage'].map((name) =>
    `ecr:${name}`.toLowerCase(),
  ),
);

function operationNames(sdk: object): readonly string[] {
  return Object.keys(sdk).flatMap((name) =>
    name.endsWith('Command') ? [name.slice(0, -'Command'.length)] : [],
  );
}

/**
 * Whether a policy can name an action: one of ECR's, in any case, or a pattern.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
 */
function isEcrAction(action: string): boolean {
  const isPattern = /[*?]/.test(action);
  if (isPattern) return action === '*' || /^ecr:[a-z*?]+$/i.test(action);
  return ACTIONS.has(action.toLowerCase());
}

function isListOf(value: unknown, is: (text: string) => boolean): boolean {
  const texts = listOf(value);
  return texts.length > 0 && texts.every((each) => typeof each === 'string' && is(each));
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
