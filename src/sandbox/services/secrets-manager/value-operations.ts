import { randomUUID } from 'node:crypto';
import {
  GetSecretValueCommand,
  InvalidParameterException$,
  PutSecretValueCommand,
  ResourceExistsException$,
  ResourceNotFoundException$,
} from '@aws-sdk/client-secrets-manager';
import { type AwsError, awsError, type Operation, operation } from '../../aws-api/service.ts';
import { CURRENT } from './new-secret.ts';
import { findUsableSecret } from './secret-lookup.ts';
import type { SecretRecord, Secrets, SecretVersion } from './secrets.ts';

const PREVIOUS = 'AWSPREVIOUS';

/** What secrets say, which nothing else of the sandbox reads. */
export function valueOperations(
  secretsIn: (region: string) => Secrets,
  now: () => Date,
): readonly Operation[] {
  return [
    operation(GetSecretValueCommand, ({ SecretId, VersionId, VersionStage }, { region }) => {
      const secret = findUsableSecret(secretsIn(region), SecretId, now());
      const version = versionOf(secret, VersionId, VersionStage);
      return {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: version.id,
        VersionStages: [...version.stages],
        SecretString: version.text,
        SecretBinary: version.bytes,
        CreatedDate: version.createdAt,
      };
    }),

    operation(PutSecretValueCommand, (input, { region }) => {
      const { SecretId, SecretString: text, SecretBinary: bytes } = input;
      const { ClientRequestToken: id = randomUUID(), VersionStages: stages = [CURRENT] } = input;
      const secrets = secretsIn(region);
      const secret = findUsableSecret(secrets, SecretId, now());
      if (text === undefined && bytes === undefined) {
        throw awsError(InvalidParameterException$, 'You must provide either SecretString or SecretBinary.');
      }
      const existing = secret.versions.find((each) => each.id === id);
      if (existing !== undefined && existing.text !== text) {
        throw awsError(
          ResourceExistsException$,
          "A resource with the ID you requested already exists. You can't modify the value of an existing version.",
        );
      }
      if (existing === undefined) {
        const version = { id, stages, text, bytes, createdAt: now() };
        secrets.put({ ...secret, changedAt: now(), versions: withVersion(secret.versions, version) });
      }
      return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: stages };
    }),
  ];
}

function versionOf(secret: SecretRecord, id: string | undefined, stage: string | undefined): SecretVersion {
  const wantedStage = stage ?? (id === undefined ? CURRENT : undefined);
  const found = secret.versions.find(
    (version) =>
      (id === undefined || version.id === id) &&
      (wantedStage === undefined || version.stages.includes(wantedStage)),
  );
  if (found === undefined) throw noSuchValue(id, wantedStage);
  return found;
}

/** A stage moves to the newest version, and the one that was current becomes the previous one. */
function withVersion(versions: readonly SecretVersion[], added: SecretVersion): readonly SecretVersion[] {
  const replaces = added.stages.includes(CURRENT);
  const older = versions.map((version) => {
    const left = version.stages.filter(
      (stage) => !added.stages.includes(stage) && !(replaces && stage === PREVIOUS),
    );
    const wasCurrent = replaces && version.stages.includes(CURRENT);
    return { ...version, stages: wasCurrent ? [...left, PREVIOUS] : left };
  });
  return [...older, added];
}

function noSuchValue(id: string | undefined, stage: string | undefined): AwsError {
  const what = stage === undefined ? `VersionId: ${id}` : `staging label: ${stage}`;
  return awsError(
    ResourceNotFoundException$,
    `Secrets Manager can't find the specified secret value for ${what}`,
  );
}
