import { createHash } from 'node:crypto';
import {
  DeleteParameterCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersCommand,
  HierarchyLevelLimitExceededException$,
  InvalidAllowedPatternException$,
  InvalidNextToken$,
  type Parameter,
  ParameterAlreadyExists$,
  type ParameterMetadata,
  ParameterNotFound$,
  ParameterPatternMismatchException$,
  ParameterTier,
  PutParameterCommand,
  type PutParameterCommandInput,
} from '@aws-sdk/client-ssm';
import { RE2JS, RE2JSException } from 're2js';
import { pageByKey } from '../../aws-api/pages.ts';
import {
  type AwsError,
  type AwsJsonService,
  awsError,
  type CallContext,
  operation,
  operationsByName,
} from '../../aws-api/service.ts';
import { filterOf, KEY_ID } from './parameter-filters.ts';
import { type ParameterRecord, type Parameters, parameterArn, parameterOf } from './parameters.ts';
import { type SessionParts, sessionOperations } from './session-operations.ts';

const NAME = /^\/?(?!aws|ssm)[\w.-]+$|^(?!\/?(?:aws|ssm))(?:\/[\w.-]+)+$/i;
const NAME_RULE =
  'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_';
const MOST_NAMES = 10;
const MOST_LISTED = 50;

/** Systems Manager: its Parameter Store, without history, labels and policies, and sessions. */
export function createSsm(
  parametersIn: (region: string) => Parameters,
  now: () => Date,
  sessions?: SessionParts,
): AwsJsonService {
  return {
    name: 'SSM',
    targetPrefix: 'AmazonSSM',
    operations: operationsByName([
      operation(PutParameterCommand, (input, { region, principalArn }) => {
        const { Name: name = '', Value: value = '', Overwrite = false, Description: description } = input;
        if (!NAME.test(name)) throw invalid(NAME_RULE);
        // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html, "Value".
        if (value === '') {
          throw invalid(
            "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1",
          );
        }
        checkParameter(input);
        const parameters = parametersIn(region);
        const existing = parameters.get(name);
        if (existing !== undefined && !Overwrite) {
          throw awsError(
            ParameterAlreadyExists$,
            'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
          );
        }
        const type = input.Type ?? existing?.type;
        if (type === undefined) {
          throw invalid('A parameter type is required when you create a parameter.');
        }
        const version = (existing?.version ?? 0) + 1;
        parameters.put({
          name,
          type,
          value,
          version,
          description: description ?? existing?.description,
          changedAt: now(),
          changedBy: principalArn,
        });
        return { Version: version, Tier: tierOf(input) };
      }),

      operation(GetParameterCommand, ({ Name: name = '', WithDecryption = false }, context) => {
        const found = parameterOf(parametersIn(context.region), name);
        if (found === undefined) throw parameterNotFound(name);
        return { Parameter: shown(found, WithDecryption, context) };
      }),

      operation(GetParametersCommand, ({ Names: names = [], WithDecryption = false }, context) => {
        if (names.length > MOST_NAMES) {
          throw invalid(
            `1 validation error detected: Value '[${names.join(', ')}]' at 'names' failed to satisfy constraint: Member must have length less than or equal to ${MOST_NAMES}`,
          );
        }
        const parameters = parametersIn(context.region);
        const found = names.flatMap((name) => parameterOf(parameters, name) ?? []);
        return {
          Parameters: found.map((each) => shown(each, WithDecryption, context)),
          InvalidParameters: names.filter((name) => parameterOf(parameters, name) === undefined),
        };
      }),

      operation(DescribeParametersCommand, (input, context) => {
        const { MaxResults: limit = MOST_LISTED, NextToken } = input;
        const isListed = filterOf(input);
        const chosen = [...parametersIn(context.region).all()].filter(isListed);
        const page = pageByKey(
          chosen,
          ({ name }) => name,
          { limit, token: NextToken },
          () => awsError(InvalidNextToken$, 'The specified token is not valid.'),
        );
        return { Parameters: page.items.map((each) => described(each, context)), NextToken: page.nextToken };
      }),

      operation(DeleteParameterCommand, ({ Name: name = '' }, { region }) => {
        const parameters = parametersIn(region);
        if (parameters.get(name) === undefined) throw parameterNotFound(name);
        parameters.delete(name);
        return {};
      }),

      ...(sessions === undefined ? [] : sessionOperations(sessions)),
    ]),
  };
}

const MOST_LEVELS = 15;
const LONGEST_VALUE = { [ParameterTier.STANDARD]: 4096, [ParameterTier.ADVANCED]: 8192 } as const;

type NewParameter = Pick<PutParameterCommandInput, 'Name' | 'Value' | 'Tier' | 'AllowedPattern'>;

function tierOf({ Tier, Value = '' }: NewParameter): keyof typeof LONGEST_VALUE {
  const isLong = Buffer.byteLength(Value) > LONGEST_VALUE[ParameterTier.STANDARD];
  if (Tier === 'Advanced' || (Tier === 'Intelligent-Tiering' && isLong)) return ParameterTier.ADVANCED;
  return ParameterTier.STANDARD;
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html: Name, Value, AllowedPattern */
function checkParameter(input: NewParameter): void {
  const { Name: name = '', Value: value = '', AllowedPattern: pattern } = input;
  if (name.split('/').filter((level) => level !== '').length > MOST_LEVELS) {
    throw awsError(
      HierarchyLevelLimitExceededException$,
      `A parameter name can have at most ${MOST_LEVELS} levels.`,
    );
  }
  const tier = tierOf(input);
  if (Buffer.byteLength(value) > LONGEST_VALUE[tier]) {
    throw invalid(
      `${tier} tier parameters support a maximum parameter value of ${LONGEST_VALUE[tier]} characters.`,
    );
  }
  if (pattern !== undefined && !patternOf(pattern).matches(value)) {
    throw awsError(
      ParameterPatternMismatchException$,
      `Parameter value, cannot be validated against allowedPattern: ${pattern}`,
    );
  }
}

/** RE2 takes no longer for any pattern than the value is long. */
function patternOf(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw awsError(
      InvalidAllowedPatternException$,
      `The allowedPattern ${pattern} is not a regular expression.`,
    );
  }
}

function shown(record: ParameterRecord, decrypted: boolean, context: CallContext): Parameter {
  const { name, type, value, version, changedAt } = record;
  return {
    Name: name,
    Type: type,
    Value: type === 'SecureString' && !decrypted ? sealed(value) : value,
    Version: version,
    LastModifiedDate: changedAt,
    ARN: parameterArn(name, context),
    DataType: 'text',
  };
}

function described(record: ParameterRecord, context: CallContext): ParameterMetadata {
  const { name, type, version, description, changedAt, changedBy } = record;
  return {
    Name: name,
    ARN: parameterArn(name, context),
    Type: type,
    ...(type === 'SecureString' && { KeyId: KEY_ID }),
    Description: description,
    LastModifiedDate: changedAt,
    LastModifiedUser: changedBy,
    Version: version,
    Tier: 'Standard',
    Policies: [],
    DataType: 'text',
  };
}

/** What one sees who does not ask for decryption: no way back to the value. */
function sealed(value: string): string {
  return createHash('sha512').update(value).digest('base64');
}

function parameterNotFound(name: string): AwsError {
  return awsError(ParameterNotFound$, `Parameter ${name} not found.`);
}

function invalid(message: string): AwsError {
  return awsError('ValidationException', message);
}
