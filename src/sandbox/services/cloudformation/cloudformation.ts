import {
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListExportsCommand,
  type Parameter,
  type Stack,
  type StackResource,
  TemplateStage,
} from '@aws-sdk/client-cloudformation';
import type { AwsQueryService } from '../../aws-api/query-protocol.ts';
import { type AwsError, awsError, operation, operationsByName } from '../../aws-api/service.ts';
import { createTable, KEEPS_NOTHING, type StoredTable, type Table } from '../../storage/table.ts';

/** A stack whose resources are there already: the sandbox creates and updates none. */
export interface StackRecord {
  readonly name: string;
  readonly arn: string;
  readonly template: string;
  readonly parameters: readonly Parameter[];
  readonly resources: readonly {
    readonly logicalId: string;
    readonly physicalId: string;
    readonly type: string;
  }[];
  /** Outputs that other stacks import, by the names of the exports. */
  readonly exports?: Readonly<Record<string, string>>;
  readonly createdAt: Date;
}

/** The stacks of a region by their names. */
export type Stacks = Table<StackRecord>;

export function createStacks(stored: StoredTable = KEEPS_NOTHING): Stacks {
  return createTable<StackRecord>(
    ({ name }) => name,
    () => '',
    stored,
  );
}

/** DescribeStackResources answers no more. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html */
const MOST_RESOURCES = 100;

/** CloudFormation: only the reads that say what a stack declares. */
export function createCloudFormation(stacksIn: (region: string) => Stacks): AwsQueryService {
  /** By its name or its ARN. */
  const find = (region: string, id: string): StackRecord => {
    const found = stacksIn(region).get(id) ?? [...stacksIn(region).all()].find(({ arn }) => arn === id);
    if (found === undefined) throw invalid(`Stack with id ${id} does not exist`);
    return found;
  };
  const ofResource = (region: string, physicalId: string): StackRecord => {
    const found = [...stacksIn(region).all()].find(({ resources }) =>
      resources.some((each) => each.physicalId === physicalId),
    );
    if (found === undefined) throw invalid(`Stack for ${physicalId} does not exist`);
    return found;
  };
  return {
    name: 'CloudFormation',
    version: '2010-05-15',
    xmlNamespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
    operations: operationsByName([
      operation(DescribeStacksCommand, ({ StackName: id }, { region }) => ({
        Stacks: (id === undefined ? [...stacksIn(region).all()] : [find(region, id)]).map(stackOf),
      })),

      operation(DescribeStackResourcesCommand, (input, { region }) => {
        const { StackName: id, LogicalResourceId: logicalId, PhysicalResourceId: physicalId } = input;
        if ((id === undefined) === (physicalId === undefined)) {
          throw invalid('You must specify either StackName or PhysicalResourceId, but not both');
        }
        const stack = physicalId === undefined ? find(region, id ?? '') : ofResource(region, physicalId);
        const wanted = stack.resources.filter(
          (each) => logicalId === undefined || each.logicalId === logicalId,
        );
        return { StackResources: wanted.slice(0, MOST_RESOURCES).map((each) => resourceOf(stack, each)) };
      }),

      operation(ListExportsCommand, (_input, { region }) => ({
        Exports: [...stacksIn(region).all()].flatMap(({ arn, exports = {} }) =>
          Object.entries(exports).map(([Name, Value]) => ({ ExportingStackId: arn, Name, Value })),
        ),
      })),

      // The templates of the sandbox have no transforms, so both stages are the same.
      operation(GetTemplateCommand, ({ StackName: id = '' }, { region }) => ({
        TemplateBody: find(region, id).template,
        StagesAvailable: [TemplateStage.Original, TemplateStage.Processed],
      })),
    ]),
  };
}

function stackOf({ name, arn, parameters, createdAt }: StackRecord): Stack {
  return {
    StackName: name,
    StackId: arn,
    Parameters: [...parameters],
    CreationTime: createdAt,
    StackStatus: 'UPDATE_COMPLETE',
  };
}

function resourceOf(
  { name, arn, createdAt }: StackRecord,
  { logicalId, physicalId, type }: StackRecord['resources'][number],
): StackResource {
  return {
    StackName: name,
    StackId: arn,
    LogicalResourceId: logicalId,
    PhysicalResourceId: physicalId,
    ResourceType: type,
    Timestamp: createdAt,
    ResourceStatus: 'UPDATE_COMPLETE',
  };
}

function invalid(message: string): AwsError {
  return awsError('ValidationError', message);
}
