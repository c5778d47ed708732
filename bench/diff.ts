import type { DescribeTaskDefinitionResponse } from '@aws-sdk/client-ecs';
import { diffContent } from '../src/main/engine/revisions/diff/diff.ts';
import { type Figure, median } from './figure.ts';

const CONTAINERS = 20;
const VARIABLES = 500;
const RUNS = 51;

/** Comparing two task definitions of 20 containers with 500 variables each, a tenth of them changed. */
export async function run(): Promise<readonly Figure[]> {
  const before = largeTaskDefinition('before');
  const after = largeTaskDefinition('after');
  const values = Array.from({ length: RUNS }, () => measureDiff(before, after));
  return [{ figure: 'diff.large-ms', value: Number(median(values).toFixed(1)), unit: 'ms' }];
}

/** Milliseconds of one comparison. */
function measureDiff(before: DescribeTaskDefinitionResponse, after: DescribeTaskDefinitionResponse): number {
  const start = performance.now();
  const { differences } = diffContent(before, after);
  const took = performance.now() - start;
  const expected = (CONTAINERS * VARIABLES) / 10;
  if (differences.length !== expected) throw new Error(`${differences.length} differences, not ${expected}.`);
  return took;
}

function largeTaskDefinition(side: string): DescribeTaskDefinitionResponse {
  return {
    taskDefinition: {
      family: 'large',
      containerDefinitions: Array.from({ length: CONTAINERS }, (_, number) => ({
        name: `container-${number}`,
        image: 'large:1',
        portMappings: [{ containerPort: 8000 + number, protocol: 'tcp' }],
        logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': `large-${number}` } },
        environment: Array.from({ length: VARIABLES }, (_each, index) => ({
          name: `VARIABLE_${index}`,
          value: index % 10 === 0 ? `${side} ${index}` : `value ${index}`,
        })),
      })),
    },
  };
}
