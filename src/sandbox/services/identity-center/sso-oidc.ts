import {
  AccessDeniedException$,
  AuthorizationPendingException$,
  CreateTokenCommand,
  type CreateTokenRequest,
  ExpiredTokenException$,
  InvalidClientException$,
  InvalidGrantException$,
  InvalidRedirectUriException$,
  InvalidRequestException$,
  RegisterClientCommand,
  SlowDownException$,
  StartDeviceAuthorizationCommand,
  UnsupportedGrantTypeException$,
} from '@aws-sdk/client-sso-oidc';
import type { StaticErrorSchema } from '@smithy/types';
import {
  type AwsError,
  type AwsService,
  awsError,
  operation,
  operationsByName,
  publicOperation,
} from '../../aws-api/service.ts';
import {
  DEVICE_SECONDS,
  matchesChallenge,
  POLL_SECONDS,
  type RegisteredClient,
  type SignIns,
  type SignInToken,
} from './sign-ins.ts';

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
/** Public clients come back to the machine itself: RFC 8252, 7.3. Any port is good, whichever was registered. */
const LOOPBACK_REDIRECT = /^http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost)(?::\d+)?(?<path>\/[^?#]*)?$/;

/**
 * The sign-in of IAM Identity Center: a client is registered, a person allows it in the browser, and the client gets
 * a token.
 * https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/Welcome.html
 */
export function createSsoOidc(signIns: SignIns, wallTime: () => Date): AwsService {
  function knownClient(clientId = '', clientSecret = ''): RegisteredClient {
    const client = signIns.client(clientId);
    if (client === undefined || client.clientSecret !== clientSecret)
      throw refused(InvalidClientException$, 'invalid_client', 'This client was not registered.', 401);
    if (signIns.isOver(client))
      throw refused(
        InvalidClientException$,
        'invalid_client',
        'The registration of the client has expired.',
        401,
      );
    return client;
  }

  function tokenOfDevice(
    { deviceCode = '' }: CreateTokenRequest,
    { clientId }: RegisteredClient,
  ): SignInToken {
    const device = signIns.device(deviceCode);
    if (device === undefined || device.clientId !== clientId || device.state === 'used') throw invalidGrant();
    if (signIns.isOver(device))
      throw refused(ExpiredTokenException$, 'expired_token', 'The device code has expired.');
    switch (device.state) {
      case 'denied':
        throw refused(AccessDeniedException$, 'access_denied', 'The person has denied the access.');
      case 'pending': {
        // A client polls in real time, however fast the sandbox's own runs.
        const now = Date.now();
        const isTooSoon = now - device.polledAt < POLL_SECONDS * 1000;
        device.polledAt = now;
        throw isTooSoon
          ? refused(SlowDownException$, 'slow_down', 'The client polls too often.')
          : refused(
              AuthorizationPendingException$,
              'authorization_pending',
              'The person has not allowed the access yet.',
            );
      }
      case 'allowed':
        device.state = 'used';
        return signIns.issueToken(clientId);
    }
  }

  function tokenOfCode(request: CreateTokenRequest, { clientId }: RegisteredClient): SignInToken {
    const { code = '', codeVerifier = '', redirectUri } = request;
    const redirect = signIns.redirect(code);
    if (
      redirect === undefined ||
      redirect.clientId !== clientId ||
      redirect.state === 'used' ||
      signIns.isOver(redirect)
    )
      throw invalidGrant();
    if (redirect.redirectUri !== redirectUri || !matchesChallenge(redirect.challenge, codeVerifier))
      throw invalidGrant();
    redirect.state = 'used';
    return signIns.issueToken(clientId);
  }

  function tokenOfRefresh(
    { refreshToken = '' }: CreateTokenRequest,
    { clientId }: RegisteredClient,
  ): SignInToken {
    const before = signIns.ofRefresh(refreshToken);
    if (before === undefined || before.clientId !== clientId) throw invalidGrant();
    signIns.spendRefresh(refreshToken);
    return signIns.issueToken(clientId);
  }

  return {
    name: 'SSO-OAuth',
    operations: operationsByName([
      // https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_RegisterClient.html
      publicOperation(
        operation(RegisterClientCommand, ({ clientType, scopes = [], redirectUris = [] }) => {
          if (clientType !== 'public')
            throw refused(
              InvalidRequestException$,
              'invalid_request',
              'The only type of a client is public.',
            );
          if (!redirectUris.every((uri) => LOOPBACK_REDIRECT.test(uri)))
            throw refused(
              InvalidRedirectUriException$,
              'invalid_redirect_uri',
              'A redirect URI of a public client is on the loopback.',
            );
          const { clientId, clientSecret, issuedAt, expiresAt } = signIns.register(scopes, redirectUris);
          return {
            clientId,
            clientSecret,
            clientIdIssuedAt: secondsOf(issuedAt),
            clientSecretExpiresAt: secondsOf(expiresAt),
          };
        }),
      ),

      // https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_StartDeviceAuthorization.html
      publicOperation(
        operation(StartDeviceAuthorizationCommand, ({ clientId, clientSecret }, { endpoint }) => {
          const client = knownClient(clientId, clientSecret);
          const { deviceCode, userCode } = signIns.startDevice(client.clientId);
          const verificationUri = `${endpoint}/device`;
          return {
            deviceCode,
            userCode,
            verificationUri,
            verificationUriComplete: `${verificationUri}?user_code=${userCode}`,
            expiresIn: DEVICE_SECONDS,
            interval: POLL_SECONDS,
          };
        }),
      ),

      // https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html
      publicOperation(
        operation(CreateTokenCommand, (input) => {
          const client = knownClient(input.clientId, input.clientSecret);
          const { accessToken, refreshToken, expiresAt } = tokenOf(input, client);
          return {
            accessToken,
            refreshToken,
            tokenType: 'Bearer',
            expiresIn: secondsOf(expiresAt) - secondsOf(wallTime()),
          };
        }),
      ),
    ]),
  };

  function tokenOf(input: CreateTokenRequest, client: RegisteredClient): SignInToken {
    switch (input.grantType) {
      case DEVICE_GRANT:
        return tokenOfDevice(input, client);
      case 'authorization_code':
        return tokenOfCode(input, client);
      case 'refresh_token':
        return tokenOfRefresh(input, client);
      default:
        throw refused(
          UnsupportedGrantTypeException$,
          'unsupported_grant_type',
          'This grant type is not supported.',
        );
    }
  }
}

/** Whether a client may be sent to an address: the registered one, at any port of the loopback. */
export function mayRedirectTo(client: RegisteredClient, address: string): boolean {
  const asked = LOOPBACK_REDIRECT.exec(address);
  return (
    asked !== null &&
    client.redirectUris.some((uri) => LOOPBACK_REDIRECT.exec(uri)?.groups?.path === asked.groups?.path)
  );
}

function secondsOf(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}

function invalidGrant(): AwsError {
  return refused(InvalidGrantException$, 'invalid_grant', 'The grant is not valid, or was used before.');
}

/** Errors name themselves as OAuth does (RFC 6749, 5.2), beside the header of AWS. */
function refused(error: StaticErrorSchema, code: string, description: string, status = 400): AwsError {
  return awsError(error, description, { status, members: { error: code, error_description: description } });
}
