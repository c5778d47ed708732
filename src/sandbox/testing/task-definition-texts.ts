import { TASK_DEFINITION_ENUMS } from '../services/ecs/simulation/enum-members.ts';

/** What RegisterTaskDefinition takes in members that take only some values, by their paths; numbers too. */
export const TASK_DEFINITION_TEXTS: Readonly<Record<string, readonly string[]>> = {
  ...TASK_DEFINITION_ENUMS,
  cpu: ['4096'],
  memory: ['8192'],
  'ephemeralStorage.sizeInGiB': ['30'],
  'volumes.name': ['data'],
  'containerDefinitions.image': ['web:1'],
  'containerDefinitions.memory': ['512'],
  'containerDefinitions.memoryReservation': ['256'],
  'containerDefinitions.healthCheck.interval': ['30'],
  'containerDefinitions.healthCheck.timeout': ['5'],
  'containerDefinitions.healthCheck.retries': ['3'],
  'containerDefinitions.healthCheck.startPeriod': ['10'],
  'containerDefinitions.mountPoints.sourceVolume': ['data'],
  'containerDefinitions.environmentFiles.value': ['arn:aws:s3:::settings/web.env'],
};
