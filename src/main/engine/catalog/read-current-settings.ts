import { DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import type { CurrentSettings, SettingsRef } from '../../../shared/model/current-settings.ts';
import { isExpress } from '../ecs/deployed-revision.ts';
import { currentSettings } from './current-settings.ts';
import type { Read } from './deployments.ts';
import { readExpressConfiguration } from './express-service.ts';
import { optionalRead } from './optional-reads.ts';
import { describeService } from './service-detail.ts';

/** What a change of a service can be about, as it is now (DescribeServices, DescribeTaskDefinition). */
export async function readCurrentSettings(read: Read, ref: SettingsRef): Promise<CurrentSettings> {
  const service = await describeService(read, ref);
  const command = new DescribeTaskDefinitionCommand({
    taskDefinition: ref.revision ?? service.taskDefinition,
  });
  const [{ taskDefinition = {} }, express] = await Promise.all([
    read.ecs.send(command, { abortSignal: read.signal }),
    isExpress(service)
      ? optionalRead(readExpressConfiguration(read.ecs, service.serviceArn ?? '', read.signal), undefined)
      : undefined,
  ]);
  const settings = currentSettings(service, taskDefinition);
  if (!isExpress(service)) return settings;
  return { ...settings, express: { scaling: { ...express?.scalingTarget } } };
}
