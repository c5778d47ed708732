import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stateMachineTasks } from './state-machine-tasks.ts';

const RUN_TASK = 'arn:aws:states:::ecs:runTask.sync';

/** A state machine with one state. */
function machineOf(state: object): string {
  return JSON.stringify({ StartAt: 'Only', States: { Only: state } });
}

function task(parameters: object, Resource = RUN_TASK): object {
  return { Type: 'Task', Resource, End: true, ...parameters };
}

describe('the tasks of a state machine', () => {
  it.each([
    'arn:aws:states:::ecs:runTask',
    'arn:aws:states:::ecs:runTask.sync',
    'arn:aws:states:::ecs:runTask.waitForTaskToken',
    'arn:aws:states:::aws-sdk:ecs:runTask',
    'arn:aws-us-gov:states:::aws-sdk:ecs:startTask',
    'arn:aws:states:::aws-sdk:ecs:updateService',
  ])('are named by %s', (resource) => {
    const tasks = stateMachineTasks(machineOf(task({ Parameters: { TaskDefinition: 'web:3' } }, resource)));
    expect(tasks).toEqual([{ kind: 'named', taskDefinition: 'web:3' }]);
  });

  it('are named in Arguments when it uses JSONata', () => {
    const tasks = stateMachineTasks(machineOf(task({ Arguments: { TaskDefinition: 'web' } })));
    expect(tasks).toEqual([{ kind: 'named', taskDefinition: 'web' }]);
  });

  it.each([
    { Parameters: { 'TaskDefinition.$': '$.revision' } },
    { Parameters: { 'TaskDefinition.$': "States.Format('web:{}', $.revision)" } },
    { Arguments: { TaskDefinition: '{% $states.input.revision %}' } },
    { Arguments: '{% $states.input %}' },
    { Parameters: { Cluster: 'tools' } },
    {},
  ])('are computed by %j', (parameters) => {
    expect(stateMachineTasks(machineOf(task(parameters)))).toEqual([{ kind: 'computed' }]);
  });

  it('of other services, and ECS calls that run nothing, name nothing', () => {
    const lambda = task({ Parameters: { TaskDefinition: 'web:3' } }, 'arn:aws:states:::lambda:invoke');
    expect(stateMachineTasks(machineOf(lambda))).toEqual([]);
    const list = task({}, 'arn:aws:states:::aws-sdk:ecs:listTasks');
    expect(stateMachineTasks(machineOf(list))).toEqual([{ kind: 'none' }]);
    const scale = task(
      { Parameters: { Service: 'web', DesiredCount: 3 } },
      'arn:aws:states:::aws-sdk:ecs:updateService',
    );
    expect(stateMachineTasks(machineOf(scale))).toEqual([{ kind: 'none' }]);
  });

  it('are found at any depth of Parallel and Map', () => {
    const nested = fc.letrec<{ state: object }>((tie) => ({
      state: fc.oneof(
        { maxDepth: 6 },
        fc.constant(task({ Parameters: { TaskDefinition: 'web:3' } })),
        tie('state').map((inner) => ({
          Type: 'Parallel',
          Branches: [
            { StartAt: 'A', States: { A: { Type: 'Pass' } } },
            { StartAt: 'B', States: { B: inner } },
          ],
        })),
        tie('state').map((inner) => ({
          Type: 'Map',
          ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, StartAt: 'A', States: { A: inner } },
        })),
        tie('state').map((inner) => ({ Type: 'Map', Iterator: { StartAt: 'A', States: { A: inner } } })),
      ),
    })).state;
    fc.assert(
      fc.property(nested, (state) => {
        expect(stateMachineTasks(machineOf(state))).toEqual([{ kind: 'named', taskDefinition: 'web:3' }]);
      }),
    );
  });

  it('are found below thousands of levels and beside hundreds of thousands of values', () => {
    const task =
      '{"Resource":"arn:aws:states:::ecs:runTask","Parameters":{"Cluster":"c","TaskDefinition":"web:3"}}';
    const deep = `${'['.repeat(50_000)}${task}${']'.repeat(50_000)}`;
    const wide = `[${'1,'.repeat(400_000)}${task}]`;
    for (const definition of [deep, wide]) {
      expect(stateMachineTasks(definition)).toEqual([{ kind: 'named', taskDefinition: 'web:3' }]);
    }
  });

  it('of invalid JSON are not guessed', () => {
    expect(() => stateMachineTasks('')).toThrow(SyntaxError);
  });
});
