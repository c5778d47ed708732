import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { Check } from '../../../../shared/model/plan.ts';
import { revisionNameOf } from '../../aws/arns.ts';
import { fail, presentCheck, warn } from '../../ecs/check.ts';
import { refusedContents } from '../../ecs/content-rules.ts';
import { registrationInput } from '../../ecs/registration.ts';
import { sizeFits } from '../../ecs/size-check.ts';
import { digestIsKept, imageCanBePulled, platformFits, tagStaysWhatItIs } from './image-checks.ts';
import { logGroupIsThere, logTargetsOf } from './log-check.ts';
import { revisionIsActive } from './movement-checks.ts';
import { newImageChecks } from './new-image-checks.ts';
import { keepsNewerSettings } from './newer-settings-check.ts';
import { deployedImages, findLogGroups } from './preflight-reads.ts';
import type { Inspection } from './preflight-subject.ts';
import { executionRoleIsGiven } from './role-checks.ts';
import { variablesAreNoSecrets } from './secret-checks.ts';
import { contentFitsService } from './service-checks.ts';
import { taskAccessChecks } from './task-access.ts';

/** What the new tasks are made from: images, size, roles, secrets, logs. */
export async function contentChecks(inspection: Inspection): Promise<readonly Check[]> {
  const { action, content, current, revision, service, images, capacity, ref } = inspection;
  const { dependencies, signal, caller, kind, guard, deployments } = inspection;
  const { taskDefinitionArn, status } = revision.taskDefinition;
  const { newerSettings = [] } = revision;
  // ECS registers the content of an Express service whose task definition it manages.
  const changed = action.register ?? action.express?.configuration;
  const running = deployedImages(current, deployments);
  const [ofRules, groups, access] = await Promise.all([
    newImageChecks(dependencies, { ref, kind, guard, content, images, running }, signal),
    findLogGroups(dependencies, ref, logTargetsOf(content, ref.region), signal),
    taskAccessChecks({
      dependencies,
      ref,
      signal,
      caller,
      content,
      images,
      running: { content: registrationInput(current), tasks: service.runningCount ?? 0 },
      serviceArn: service.serviceArn ?? '',
      passesRoles: (action.register ?? action.taskDefinition ?? action.express) !== undefined,
    }),
  ]);
  return [
    ...(changed === undefined ? [revisionIsActive(revisionNameOf(taskDefinitionArn), status)] : []),
    ...images.flatMap((image) => [
      imageCanBePulled(image, {
        secret: content.containerDefinitions?.find(({ name }) => name === image.container)
          ?.repositoryCredentials?.credentialsParameter,
        onInstances: capacity.kind === 'instances',
      }),
      ...presentCheck(platformFits(image, content.runtimePlatform)),
      tagStaysWhatItIs(image),
    ]),
    ...ofRules,
    ...(content.containerDefinitions ?? []).flatMap((container) => presentCheck(digestIsKept(container))),
    ...(changed === undefined
      ? []
      : [
          sizeFits(content, capacity),
          ...contentIsAccepted(content),
          ...keepsNewerSettings(revisionNameOf(taskDefinitionArn), newerSettings),
        ]),
    ...contentFitsService(inspection.after, inspection.restored, content),
    executionRoleIsGiven(content, capacity),
    ...access,
    ...presentCheck(changed && variablesAreNoSecrets(changed)),
    ...groups.map(logGroupIsThere),
  ];
}

/** One check for each part of the content that RegisterTaskDefinition would refuse or ignore. */
function contentIsAccepted(content: RegisterTaskDefinitionRequest): readonly Check[] {
  return refusedContents(content).map(({ message, advice, severity }) =>
    severity === 'warning' ? warn('content', message, advice) : fail('content', message, advice),
  );
}
