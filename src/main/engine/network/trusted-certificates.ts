import tls from 'node:tls';
import { SlipwayError } from '../../../shared/errors.ts';
import { loadRegularFile } from '../storage/regular-file.ts';

/** The certificates, as PEM, that TLS connections of an account trust. */
export type TrustedCertificates = (caBundle: string | undefined) => Promise<readonly string[]>;

/** A bundle is text of some hundred certificates at most; anything larger is another file. */
const LARGEST_BUNDLE_BYTES = 8 * 1024 * 1024;

/**
 * What is trusted: the certificates that come with Node, those of the system's store (where a company installs its
 * own), NODE_EXTRA_CA_CERTS, and AWS_CA_BUNDLE or else `ca_bundle` of the account's profile, as in the AWS CLI.
 * Node reads NODE_EXTRA_CA_CERTS only at its start, so a value from the login shell has to be read here.
 * The store is read once, when it is first needed: it takes about 100 ms.
 *
 * https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html (AWS_CA_BUNDLE),
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-gen-config.html (ca_bundle),
 * https://nodejs.org/docs/latest-v24.x/api/tls.html#tlsgetcacertificatestype
 */
export function createTrustedCertificates(
  environment: Readonly<Record<string, string | undefined>>,
): TrustedCertificates {
  let common: Promise<readonly string[]> | undefined;
  const bundles = new Map<string, Promise<string>>();

  function bundle(file: string, setting: string): Promise<string> {
    const known = bundles.get(file);
    if (known !== undefined) return known;
    const reading = readBundle(file, setting);
    bundles.set(file, reading);
    // A file that could not be read is tried again with the next request.
    reading.catch(() => bundles.delete(file));
    return reading;
  }

  return async (caBundle) => {
    common ??= Promise.resolve(certificatesOfMachine());
    const extra = environment.NODE_EXTRA_CA_CERTS;
    const ofEnvironment = environment.AWS_CA_BUNDLE;
    const files = [
      ...(ofEnvironment ? [bundle(ofEnvironment, 'AWS_CA_BUNDLE')] : []),
      ...(!ofEnvironment && caBundle ? [bundle(caBundle, 'ca_bundle')] : []),
      ...(extra ? [bundle(extra, 'NODE_EXTRA_CA_CERTS')] : []),
    ];
    return [...(await common), ...(await Promise.all(files))];
  };
}

/** Electron and older versions of Node may lack the function; Node's own certificates count there. */
function certificatesOfMachine(): readonly string[] {
  if (typeof tls.getCACertificates !== 'function') return tls.rootCertificates;
  return [...new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])];
}

async function readBundle(file: string, setting: string): Promise<string> {
  const text = await loadRegularFile(file, LARGEST_BUNDLE_BYTES).catch((cause: unknown) => {
    throw unusable(file, setting, 'cannot be read', cause);
  });
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw unusable(file, setting, 'holds no PEM certificates');
  }
  return text;
}

function unusable(file: string, setting: string, problem: string, cause?: unknown): SlipwayError {
  return new SlipwayError(
    'INVALID_INPUT',
    `The certificate bundle ${file} ${problem}. Correct ${setting}, or remove it.`,
    { cause },
  );
}
