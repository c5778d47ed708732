import { randomBytes } from 'node:crypto';

/** The identity of a key, and its permissions. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Only with temporary credentials. */
  readonly sessionToken?: string;
  readonly expiresAt?: Date;
  readonly principalArn: string;
  /** Those of another account may do nothing here. */
  readonly permissions: 'everything' | 'reads' | 'nothing';
  /** When a code of an MFA device was given for this session, by the sandbox's clock. */
  readonly mfaAt?: Date | undefined;
  /** Who is behind a role session, as was said when its role was assumed. */
  readonly sourceIdentity?: string | undefined;
}

/** Credentials for some time, as AssumeRole gives them out. */
export interface TemporaryKey extends AccessKey {
  readonly sessionToken: string;
  readonly expiresAt: Date;
}

/** What temporary credentials are made with. */
export type IssuedKey = Pick<AccessKey, 'principalArn' | 'permissions' | 'mfaAt' | 'sourceIdentity'> & {
  readonly expiresAt: Date;
};

/** The keys that the sandbox knows. */
export interface AccessKeys {
  find(accessKeyId: string): AccessKey | undefined;
  /** Makes temporary credentials, good until `expiresAt` of the sandbox's clock. */
  issue(key: IssuedKey): TemporaryKey;
}

/** A key with its secret, as the AWS SDK takes it. */
export type SandboxCredentials = Pick<AccessKey, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'>;

/** Temporary keys that are remembered; the oldest is forgotten first and then unknown. */
const TEMPORARY_KEYS_KEPT = 10_000;

/**
 * The keys that are always known, each with a secret that is its own name: `sandbox` may do everything, `readonly`
 * only read, and `expired` is a session that has ended. `own` is one more of the user `sandbox`.
 */
export function createAccessKeys(accountId: string, own?: SandboxCredentials): AccessKeys {
  const user = (name: string) => `arn:aws:iam::${accountId}:user/${name}`;
  const known: readonly AccessKey[] = [
    { ...namedKey('sandbox'), principalArn: user('sandbox'), permissions: 'everything' },
    { ...namedKey('readonly'), principalArn: user('readonly'), permissions: 'reads' },
    {
      ...namedKey('expired'),
      principalArn: user('expired'),
      permissions: 'everything',
      expiresAt: new Date(0),
    },
    ...(own === undefined
      ? []
      : [{ ...own, principalArn: user('sandbox'), permissions: 'everything' } as const]),
  ];
  const permanent = new Map(known.map((key) => [key.accessKeyId, key]));
  const temporary = new Map<string, TemporaryKey>();

  return {
    find: (accessKeyId) => permanent.get(accessKeyId) ?? temporary.get(accessKeyId),
    issue(issued) {
      const key: TemporaryKey = {
        ...issued,
        accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: randomBytes(192).toString('base64'),
      };
      const [oldest] = temporary.keys();
      if (oldest !== undefined && temporary.size >= TEMPORARY_KEYS_KEPT) temporary.delete(oldest);
      temporary.set(key.accessKeyId, key);
      return key;
    },
  };
}

function namedKey(name: string): Pick<AccessKey, 'accessKeyId' | 'secretAccessKey'> {
  return { accessKeyId: name, secretAccessKey: name };
}
