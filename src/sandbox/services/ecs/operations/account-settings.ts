import {
  DeleteAccountSettingCommand,
  ListAccountSettingsCommand,
  PutAccountSettingCommand,
  PutAccountSettingDefaultCommand,
  type Setting,
  SettingName,
} from '@aws-sdk/client-ecs';
import { type Operation, operation } from '../../../aws-api/service.ts';
import type { EcsContext } from '../simulation/context.ts';
import { invalidParameter } from '../simulation/errors.ts';
import { pageOf } from '../simulation/paging.ts';
import type { AccountSettingRecord } from '../simulation/state.ts';

const PAGE = { most: 10, byDefault: 10 } as const;
const DEFAULT_PRINCIPAL = 'default';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutAccountSetting.html */
const VALUES: Readonly<Partial<Record<SettingName, readonly string[]>>> = {
  fargateTaskRetirementWaitPeriod: ['0', '7', '14'],
  defaultLogDriverMode: ['blocking', 'non-blocking'],
};
const VALUES_OF_OTHERS = ['enabled', 'disabled', 'enhanced', 'on', 'off'];

function checkedValue(name: SettingName, value: string): string {
  const allowed = VALUES[name] ?? VALUES_OF_OTHERS;
  if (!allowed.includes(value)) {
    throw invalidParameter(`The value of ${name} must be one of [${allowed.join(', ')}].`);
  }
  return value;
}

/** The settings whose value is not `disabled` until somebody sets it. */
const VALUES_AT_FIRST: Partial<Record<SettingName, string>> = {
  serviceLongArnFormat: 'enabled',
  taskLongArnFormat: 'enabled',
  containerInstanceLongArnFormat: 'enabled',
  fargateTaskRetirementWaitPeriod: '7',
  tagResourceAuthorization: 'off',
  defaultLogDriverMode: 'non-blocking',
  guardDutyActivate: 'off',
};

export function accountSettingOperations(context: EcsContext): readonly Operation[] {
  const { accountSettings } = context.state;

  return [
    operation(PutAccountSettingCommand, ({ name, value, principalArn }, caller) => ({
      setting: put(name, value, principalArn ?? caller.principalArn),
    })),

    operation(PutAccountSettingDefaultCommand, ({ name, value }) => ({
      setting: put(name, value, DEFAULT_PRINCIPAL),
    })),

    operation(DeleteAccountSettingCommand, ({ name, principalArn }, caller) => {
      const checked = checkedName(name);
      const principal = principalArn ?? caller.principalArn;
      accountSettings.delete(`${checked} ${principal}`);
      return {
        setting: { name: checked, value: effectiveValue(checked, principal), principalArn: principal },
      };
    }),

    operation(ListAccountSettingsCommand, (input, caller) => {
      const principal = input.principalArn ?? caller.principalArn;
      const settings =
        input.effectiveSettings === true ? effectiveSettings(principal) : settingsOf(principal);
      const found = settings.filter(
        ({ name, value }) =>
          (input.name === undefined || name === input.name) &&
          (input.value === undefined || value === input.value),
      );
      const page = pageOf(found, ({ name }) => name ?? '', input, PAGE);
      return { settings: page.items, nextToken: page.nextToken };
    }),
  ];

  function put(name: SettingName | undefined, value: string | undefined, principalArn: string): Setting {
    const record: AccountSettingRecord = {
      name: checkedName(name),
      value: checkedValue(checkedName(name), value ?? ''),
      principalArn,
    };
    accountSettings.put(record);
    return { ...record, type: 'user' };
  }

  function settingsOf(principalArn: string): readonly Setting[] {
    return [...accountSettings.all()]
      .filter((record) => record.principalArn === principalArn)
      .map((record) => ({ ...record, type: 'user' }));
  }

  function effectiveSettings(principalArn: string): readonly Setting[] {
    return Object.values(SettingName).map((name) => ({
      name,
      value: effectiveValue(name, principalArn),
      principalArn,
      type: name === 'guardDutyActivate' ? 'aws_managed' : 'user',
    }));
  }

  /** One's own value, else the account's, else that of ECS. */
  function effectiveValue(name: SettingName, principalArn: string): string {
    const own = accountSettings.get(`${name} ${principalArn}`);
    const ofAccount = accountSettings.get(`${name} ${DEFAULT_PRINCIPAL}`);
    return own?.value ?? ofAccount?.value ?? VALUES_AT_FIRST[name] ?? 'disabled';
  }
}

function checkedName(name: SettingName | undefined): SettingName {
  const known = Object.values(SettingName).find((each) => each === name);
  if (known === undefined) throw invalidParameter(`Invalid setting name '${String(name)}'.`);
  return known;
}
