import { CreateRepositoryCommand, ECRClient, UpdateImageStorageClassCommand } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  callApart,
  type Lane,
  openLane,
  outcome,
  withFolder,
  withSlipway,
} from '../testing/killed-process.ts';
import { repositoryOf } from '../testing/pushed-images.ts';

const PLACE = { account: 'sandbox', region: 'us-east-1' };

describe('a change in ECR whose process was ended', () => {
  let lane: Lane;
  let ecr: ECRClient;
  beforeAll(async () => {
    lane = await openLane();
    const { endpoint, region, credentials } = lane.sandbox;
    ecr = new ECRClient({ endpoint, region, credentials });
  });
  afterAll(async () => {
    ecr.destroy();
    await lane.sandbox.close();
  });

  const create = (repositoryName: string) => ecr.send(new CreateRepositoryCommand({ repositoryName }));

  async function createArchived(repositoryName: string): Promise<void> {
    await create(repositoryName);
    await repositoryOf({ ecr }, repositoryName).image('amd64', [Buffer.from(repositoryName)], '1');
    await ecr.send(
      new UpdateImageStorageClassCommand({
        repositoryName,
        imageId: { imageTag: '1' },
        targetStorageClass: 'ARCHIVE',
      }),
    );
  }

  it.each([
    ['repositories.create', 'CreateRepository', { tags: 'immutable' }, async () => undefined],
    ['repositories.makeImmutable', 'PutImageTagMutability', {}, create],
    ['images.restore', 'UpdateImageStorageClass', { image: '1' }, createArchived],
  ] as const)('is settled in the journal as ECR has it: %s', async (method, operation, input, prepare) => {
    for (const [when, state] of [
      ['before', 'failed'],
      ['after', 'done'],
    ] as const) {
      const repository = `${operation.toLowerCase()}-${when}`;
      await prepare(repository);
      const call = { method, input: { ...PLACE, repository, ...input }, writes: [operation] };
      await withFolder(async (folder) => {
        const requests = await callApart(lane, folder, call, { request: 1, operation, when });
        expect(requests).toEqual([operation]);
        const entry = await withSlipway(lane, folder, (client) => outcome(lane, client));
        expect(entry).toMatchObject({ state, kind: 'push', steps: [{ operation, state }] });
        expect(entry?.sentence).toMatch(/^Slipway quit before this finished\. /);
      });
    }
  });
});
