import { describe, expect, it } from 'vitest';
import { Change } from '../../../../shared/model/change.ts';
import { type MoreFields, NOTHING_MORE, type VariableEdit } from './deploy-fields.ts';
import { changeOf, incompleteField } from './more-changes.ts';

function edit(act: VariableEdit['act'], name: string, value = '', container = 'app'): VariableEdit {
  return { id: 1, container, act, name, value };
}

const withFields = (fields: Partial<MoreFields>): MoreFields => ({ ...NOTHING_MORE, ...fields });

describe('the fields of a change', () => {
  it('mean nothing while they are empty', () => {
    expect(changeOf(NOTHING_MORE)).toEqual({});
    expect(incompleteField(NOTHING_MORE)).toBeUndefined();
  });

  it('mean a change of each container that has lines', () => {
    const edits = [
      edit('variable', 'LEVEL', ''),
      edit('remove-variable', 'OLD'),
      edit('secret', 'TOKEN', '/web/token', 'proxy'),
    ];
    expect(changeOf(withFields({ edits }))).toEqual({
      environment: [{ container: 'app', set: [{ name: 'LEVEL', value: '' }], remove: ['OLD'] }],
      secrets: [{ container: 'proxy', set: [{ name: 'TOKEN', valueFrom: '/web/token' }] }],
    });
  });

  it('mean what the contract takes, 0 included', () => {
    const change = changeOf(
      withFields({
        cpu: '512',
        memory: '1024',
        strategy: 'CANARY',
        canaryPercent: '0.5',
        stepPercent: '10',
        minimumHealthyPercent: '0',
        circuitBreaker: 'stop',
        thresholdType: 'COUNT',
        threshold: '3',
        alarms: 'roll-back',
        alarmNames: '5xx, latency ,',
        desiredCount: '0',
        executeCommand: 'off',
      }),
    );
    expect(change).toEqual({
      cpu: '512',
      memory: '1024',
      desiredCount: 0,
      enableExecuteCommand: false,
      deploymentConfiguration: {
        strategy: 'CANARY',
        minimumHealthyPercent: 0,
        canaryConfiguration: { canaryPercent: 0.5 },
        deploymentCircuitBreaker: {
          enable: true,
          rollback: false,
          thresholdConfiguration: { type: 'COUNT', value: 3 },
        },
        alarms: { enable: true, rollback: true, alarmNames: ['5xx', 'latency'] },
      },
    });
    expect(Change.parse(change)).toEqual(change);
  });

  it.each([
    [{ edits: [edit('variable', '')] }, 'Enter a name for the variable or secret of app'],
    [{ edits: [edit('secret', 'TOKEN')] }, 'Enter the ARN that the secret TOKEN refers to.'],
    [{ alarms: 'stop' as const }, 'Enter the names of the alarms'],
    [{ threshold: '3' }, 'Enter both the type and the value'],
  ])('are not complete: %j', (fields, sentence) => {
    expect(incompleteField(withFields(fields))).toContain(sentence);
  });
});
