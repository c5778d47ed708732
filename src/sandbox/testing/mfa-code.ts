import { createHmac } from 'node:crypto';

/** The secret of the sandbox's MFA device in hexadecimal, as docs/sandbox.md has it in base32. */
const SECRET = '92d0fb03120346175f5b92d0fb03120346175f5b';

/** The code that an authenticator app shows for the MFA device at a time: RFC 6238, computed apart from the sandbox. */
export function mfaCodeAt(time: Date): string {
  const step = Math.floor(time.getTime() / 30_000);
  const counter = Buffer.from(step.toString(16).padStart(16, '0'), 'hex');
  const digest = createHmac('sha1', Buffer.from(SECRET, 'hex')).update(counter).digest();
  const number = digest.readUInt32BE(digest.readUInt8(19) & 0xf) & 0x7fffffff;
  return number.toString().slice(-6).padStart(6, '0');
}
