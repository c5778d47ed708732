import { createHmac } from 'node:crypto';

/** RFC 6238: a code for each 30 seconds. */
const STEP_MS = 30_000;
const DIGITS = 6;
/** The secret of the device, as authenticator apps take it (RFC 4648, base32). It protects nothing. */
const MFA_SECRET = 'SLIPWAYSANDBOX23SLIPWAYSANDBOX23';

/** A virtual MFA device of the sandbox's user, whose codes an authenticator app shows. */
export interface MfaDevice {
  readonly serialNumber: string;
  /** Whether it is the code of now, or of the 30 seconds before or after. Each code is taken once, as in AWS. */
  accepts(code: string): boolean;
}

/** @param now the wall-clock time, which authenticator apps have too. */
export function createMfaDevice(accountId: string, now: () => Date): MfaDevice {
  let lastStep = -1;
  return {
    serialNumber: `arn:aws:iam::${accountId}:mfa/sandbox`,
    accepts(code) {
      const current = stepAt(now());
      const step = [current - 1, current, current + 1].find(
        (each) => each > lastStep && codeOf(each) === code,
      );
      if (step === undefined) return false;
      lastStep = step;
      return true;
    },
  };
}

function stepAt(time: Date): number {
  return Math.floor(time.getTime() / STEP_MS);
}

function codeOf(step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.max(0, step)));
  const digest = createHmac('sha1', decodeBase32(MFA_SECRET)).update(counter).digest();
  const offset = digest.readUInt8(digest.length - 1) & 0xf;
  const number = digest.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
}

function decodeBase32(text: string): Buffer {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = text.replaceAll(/./g, (letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0'));
  const bytes = bits.match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}
