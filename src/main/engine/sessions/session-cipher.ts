import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { GenerateDataKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import { z } from 'zod';
import { lazyObject } from '../../../shared/model/lazy-objects.ts';

/**
 * Encrypts the data of one session beside TLS, as the published client and agent do
 * (https://github.com/aws/session-manager-plugin, src/encryption): AES-256-GCM, with the nonce before the ciphertext and the tag
 * after it.
 */
export interface SessionCipher {
  /** The data key as KMS encrypted it: the agent has KMS decrypt it. */
  readonly encryptedKey: Uint8Array;
  encrypt(data: Uint8Array): Uint8Array;
  /** Undefined for what was not encrypted with the agent's key, or was changed. */
  decrypt(data: Uint8Array): Uint8Array | undefined;
}

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

interface EncryptedSession {
  readonly sessionId: string;
  /** The target of Systems Manager, such as `ecs:CLUSTER_TASK_RUNTIME`. */
  readonly targetId: string;
  /** The id, ARN or alias that the agent names. */
  readonly keyId: string;
}

/** Asks KMS for the data key of a session. Both sides name the session and its target as the encryption context. */
export async function openSessionCipher(
  kms: KMSClient,
  { sessionId, targetId, keyId }: EncryptedSession,
  signal: AbortSignal,
): Promise<SessionCipher> {
  const command = new GenerateDataKeyCommand({
    KeyId: keyId,
    NumberOfBytes: 2 * KEY_BYTES,
    EncryptionContext: { 'aws:ssm:SessionId': sessionId, 'aws:ssm:TargetId': targetId },
  });
  const { Plaintext = new Uint8Array(), CiphertextBlob = new Uint8Array() } = await kms.send(command, {
    abortSignal: signal,
  });
  if (Plaintext.length !== 2 * KEY_BYTES) throw new Error('KMS returned no data key of 64 bytes.');
  return createSessionCipher(Plaintext, CiphertextBlob);
}

const Challenge = lazyObject(() => ({ Challenge: z.base64().max(100_000) }));

/** Shows the agent that both sides have the same keys. Undefined for a challenge that is not encrypted with its key. */
export function answerToChallenge(payload: Uint8Array, cipher: SessionCipher): Uint8Array | undefined {
  try {
    const { Challenge: asked } = Challenge.parse(JSON.parse(Buffer.from(payload).toString()));
    const opened = cipher.decrypt(Buffer.from(asked, 'base64'));
    if (opened === undefined) return undefined;
    const answer = Buffer.from(cipher.encrypt(opened)).toString('base64');
    return Buffer.from(JSON.stringify({ Challenge: answer }));
  } catch {
    return undefined;
  }
}

/** The agent encrypts with the first half of the data key, the client with the second. */
function createSessionCipher(dataKey: Uint8Array, encryptedKey: Uint8Array): SessionCipher {
  const ofAgent = dataKey.subarray(0, KEY_BYTES);
  const ofClient = dataKey.subarray(KEY_BYTES);
  return {
    encryptedKey,
    encrypt(data) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, ofClient, nonce);
      return Buffer.concat([nonce, cipher.update(data), cipher.final(), cipher.getAuthTag()]);
    },
    decrypt(data) {
      if (data.length < NONCE_BYTES + TAG_BYTES) return undefined;
      const end = data.length - TAG_BYTES;
      try {
        const decipher = createDecipheriv(ALGORITHM, ofAgent, data.subarray(0, NONCE_BYTES), {
          authTagLength: TAG_BYTES,
        });
        decipher.setAuthTag(data.subarray(end));
        return Buffer.concat([decipher.update(data.subarray(NONCE_BYTES, end)), decipher.final()]);
      } catch {
        return undefined;
      }
    },
  };
}
