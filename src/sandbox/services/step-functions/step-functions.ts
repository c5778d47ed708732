import { randomUUID } from 'node:crypto';
import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeStateMachineCommand,
  type DescribeStateMachineOutput,
  InvalidArn$,
  InvalidDefinition$,
  InvalidName$,
  InvalidToken$,
  KmsAccessDeniedException$,
  ListStateMachinesCommand,
  ListStateMachineVersionsCommand,
  PublishStateMachineVersionCommand,
  StateMachineAlreadyExists$,
  StateMachineDoesNotExist$,
  UpdateStateMachineCommand,
  ValidationException$,
} from '@aws-sdk/client-sfn';
import { type PageRequest, pageByKey } from '../../aws-api/pages.ts';
import {
  type AwsError,
  type AwsJsonService,
  awsError,
  type CallContext,
  operation,
  operationsByName,
} from '../../aws-api/service.ts';
import { parseJson } from '../../core/json.ts';
import { partitionOf } from '../../core/partition.ts';
import type { Machine, MachineVersion, StateMachines } from './state-machines.ts';

const MOST_LISTED = 1000;
const LISTED_BY_DEFAULT = 100;
const VERSION = /^(?<machine>.+:stateMachine:[^:]+):(?<number>\d+)$/;

/**
 * Step Functions as far as its definitions can be read: state machines and their versions are kept, and none is ever
 * executed. A definition that is encrypted with a key that has `denied` in its id cannot be read.
 */
export function createStepFunctions(
  machinesIn: (region: string) => StateMachines,
  now: () => Date,
): AwsJsonService {
  function find(arn = '', { region }: CallContext): Machine {
    const machine = machinesIn(region).get(arn);
    if (machine === undefined) throw doesNotExist(arn);
    return machine;
  }

  function publish(machine: Machine, context: CallContext): string {
    const number = (machine.versions.at(-1)?.number ?? 0) + 1;
    const { definition, roleArn, revisionId } = machine;
    const version = { definition, roleArn, revisionId, number, createdAt: now() };
    machinesIn(context.region).put({ ...machine, versions: [...machine.versions, version] });
    return versionArn(machine, version);
  }

  return {
    name: 'States',
    targetPrefix: 'AWSStepFunctions',
    // A definition of 1 MiB in a JSON string.
    bodyLimit: 4 * 1024 * 1024,
    operations: operationsByName([
      operation(CreateStateMachineCommand, (input, context) => {
        const {
          name = '',
          definition = '',
          roleArn = '',
          type = 'STANDARD',
          encryptionConfiguration,
        } = input;
        checkName(name);
        checkDefinition(definition);
        checkRole(roleArn);
        const arn = `arn:${partitionOf(context.region)}:states:${context.region}:${context.accountId}:stateMachine:${name}`;
        const known = machinesIn(context.region).get(arn);
        const isSame = known?.definition === definition && known.roleArn === roleArn && known.type === type;
        if (known !== undefined && !isSame) {
          throw awsError(StateMachineAlreadyExists$, `State Machine Already Exists: '${arn}'`);
        }
        const machine: Machine = known ?? {
          arn,
          name,
          definition,
          roleArn,
          type,
          revisionId: randomUUID(),
          createdAt: now(),
          encryption: encryptionConfiguration,
          versions: [],
        };
        machinesIn(context.region).put(machine);
        return {
          stateMachineArn: arn,
          creationDate: machine.createdAt,
          ...(input.publish === true ? { stateMachineVersionArn: publish(machine, context) } : {}),
        };
      }),

      operation(UpdateStateMachineCommand, (input, context) => {
        const known = find(input.stateMachineArn, context);
        const { definition = known.definition, roleArn = known.roleArn } = input;
        checkDefinition(definition);
        checkRole(roleArn);
        const encryption = input.encryptionConfiguration ?? known.encryption;
        const machine = { ...known, definition, roleArn, encryption, revisionId: randomUUID() };
        machinesIn(context.region).put(machine);
        return {
          updateDate: now(),
          revisionId: machine.revisionId,
          ...(input.publish === true ? { stateMachineVersionArn: publish(machine, context) } : {}),
        };
      }),

      operation(PublishStateMachineVersionCommand, ({ stateMachineArn }, context) => {
        const machine = find(stateMachineArn, context);
        return { creationDate: now(), stateMachineVersionArn: publish(machine, context) };
      }),

      // The real one continues deleting for a minute.
      operation(DeleteStateMachineCommand, ({ stateMachineArn = '' }, { region }) => {
        machinesIn(region).delete(stateMachineArn);
        return {};
      }),

      operation(ListStateMachinesCommand, ({ maxResults, nextToken }, { region }) => {
        const request = pageOf(maxResults, nextToken);
        const page = pageByKey(machinesIn(region).all(), ({ name }) => name, request, badToken);
        const stateMachines = page.items.map(({ arn, name, type, createdAt }) => ({
          stateMachineArn: arn,
          name,
          type,
          creationDate: createdAt,
        }));
        return { stateMachines, nextToken: page.nextToken };
      }),

      operation(DescribeStateMachineCommand, ({ stateMachineArn = '', includedData }, context) => {
        const { machine = stateMachineArn, number } = VERSION.exec(stateMachineArn)?.groups ?? {};
        const found = find(machine, context);
        const isWhole = includedData !== 'METADATA_ONLY';
        if (isWhole && isKeyDenied(found)) {
          throw awsError(
            KmsAccessDeniedException$,
            `User: ${context.principalArn} is not authorized to perform: kms:Decrypt on resource: ${found.encryption?.kmsKeyId}`,
          );
        }
        const view = viewOf(found, isWhole);
        if (number === undefined) return view;
        const version = found.versions.find((each) => each.number === Number(number));
        if (version === undefined) throw doesNotExist(stateMachineArn);
        const { definition, roleArn, revisionId, createdAt } = version;
        return {
          ...view,
          stateMachineArn,
          definition: isWhole ? definition : '',
          roleArn,
          revisionId,
          creationDate: createdAt,
        };
      }),

      operation(ListStateMachineVersionsCommand, (input, context) => {
        const machine = find(input.stateMachineArn, context);
        // Newest first, and sorted by a key of equal length.
        const keyOf = ({ number }: MachineVersion) => String(1e9 - number);
        const request = pageOf(input.maxResults, input.nextToken);
        const page = pageByKey(machine.versions, keyOf, request, badToken);
        const stateMachineVersions = page.items.map((version) => ({
          stateMachineVersionArn: versionArn(machine, version),
          creationDate: version.createdAt,
        }));
        return { stateMachineVersions, nextToken: page.nextToken };
      }),
    ]),
  };
}

function viewOf(machine: Machine, isWhole: boolean): DescribeStateMachineOutput {
  const { arn, name, type, definition, roleArn, revisionId, createdAt, encryption } = machine;
  return {
    stateMachineArn: arn,
    name,
    type,
    definition: isWhole ? definition : '',
    roleArn,
    revisionId,
    creationDate: createdAt,
    status: 'ACTIVE',
    encryptionConfiguration: encryption ?? { type: 'AWS_OWNED_KEY' },
  };
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html, "InvalidArn" */
function checkRole(roleArn: string): void {
  if (/^arn:[a-z-]+:iam::\d{12}:role\/.+$/.test(roleArn)) return;
  throw awsError(InvalidArn$, `Invalid Role Arn: '${roleArn}'`);
}

function isKeyDenied({ encryption }: Machine): boolean {
  return encryption?.type === 'CUSTOMER_MANAGED_KMS_KEY' && /denied/i.test(encryption.kmsKeyId ?? '');
}

/**
 * White space, brackets, wildcards, special, control and invalid characters.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html, "name".
 */
const NOT_IN_NAMES = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}\p{Cs}\uFFFE\uFFFF\u{10FFFF}]/u;
const LONGEST_NAME = 80;

function checkName(name: string): void {
  if (name !== '' && name.length <= LONGEST_NAME && !NOT_IN_NAMES.test(name)) return;
  throw awsError(InvalidName$, `Invalid Name: '${name}'`);
}

function checkDefinition(definition: string): void {
  const { StartAt, States } = membersOf(definition);
  const hasBoth = typeof StartAt === 'string' && typeof States === 'object' && States !== null;
  if (hasBoth && Object.hasOwn(States, StartAt)) return;
  if (hasBoth) {
    throw awsError(
      InvalidDefinition$,
      `Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: ${StartAt} at /StartAt'`,
    );
  }
  throw awsError(
    InvalidDefinition$,
    "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: StartAt and States are required at /'",
  );
}

function membersOf(definition: string): Readonly<Record<string, unknown>> {
  const json = parseJson(definition);
  if (json === undefined) {
    throw awsError(InvalidDefinition$, "Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION'");
  }
  return typeof json === 'object' && json !== null ? { ...json } : {};
}

function versionArn({ arn }: Machine, { number }: MachineVersion): string {
  return `${arn}:${number}`;
}

function pageOf(maxResults = 0, token: string | undefined): PageRequest {
  if (maxResults < 0 || maxResults > MOST_LISTED) {
    throw awsError(ValidationException$, `maxResults must be from 0 to ${MOST_LISTED}.`);
  }
  // 0 asks for the default.
  return { limit: maxResults === 0 ? LISTED_BY_DEFAULT : maxResults, token };
}

function doesNotExist(arn: string): AwsError {
  return awsError(StateMachineDoesNotExist$, `State Machine Does Not Exist: '${arn}'`);
}

function badToken(): AwsError {
  return awsError(InvalidToken$, "Invalid Token: 'Invalid token'");
}
