import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { GetObjectCommand, NoSuchBucket$, NoSuchKey$ } from '@aws-sdk/client-s3';
import { sdkStreamMixin } from '@smithy/core/serde';
import { type AwsService, awsError, operation, operationsByName } from '../../aws-api/service.ts';
import { createTable, KEEPS_NOTHING, type StoredTable, type Table } from '../../storage/table.ts';

export interface ObjectRecord {
  readonly bucket: string;
  readonly key: string;
  readonly text: string;
  readonly changedAt: Date;
}

/** The objects of all buckets, by `BUCKET/KEY`. */
export type Objects = Table<ObjectRecord>;

export function createObjects(stored: StoredTable = KEEPS_NOTHING): Objects {
  return createTable<ObjectRecord>(
    ({ bucket, key }) => `${bucket}/${key}`,
    ({ bucket }) => bucket,
    stored,
  );
}

/** S3: only reads of the objects that a scenario has put there. */
export function createS3(objects: Objects): AwsService {
  return {
    name: 'S3',
    operations: operationsByName([
      // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
      operation(GetObjectCommand, ({ Bucket: bucket = '', Key: key = '' }) => {
        const found = objects.get(`${bucket}/${key}`);
        if (found === undefined) {
          const hasBucket = [...objects.groups()].includes(bucket);
          throw hasBucket
            ? awsError(NoSuchKey$, 'The specified key does not exist.', { status: 404 })
            : awsError(NoSuchBucket$, 'The specified bucket does not exist', { status: 404 });
        }
        const bytes = Buffer.from(found.text);
        return {
          Body: sdkStreamMixin(Readable.from([bytes])),
          ContentLength: bytes.length,
          ETag: `"${createHash('md5').update(bytes).digest('hex')}"`,
          LastModified: found.changedAt,
        };
      }),
    ]),
  };
}
