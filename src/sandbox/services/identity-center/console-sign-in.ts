import {
  AccessDeniedException$,
  CreateOAuth2TokenCommand,
  type CreateOAuth2TokenRequestBody,
  OAuth2ErrorCode,
  ValidationException$,
} from '@aws-sdk/nested-clients/signin';
import {
  type AwsError,
  type AwsService,
  awsError,
  operation,
  operationsByName,
  publicOperation,
} from '../../aws-api/service.ts';
import { KEY_SECONDS, type Login, type LoginSessions, thumbprintOf } from './login-sessions.ts';
import { matchesChallenge } from './sign-ins.ts';

/**
 * AWS Sign-In, which gives the programs of `aws login` keys for what a person has allowed in the browser.
 * https://docs.aws.amazon.com/signin/latest/APIReference/API_dataplane-signin_CreateOAuth2Token.html
 */
export function createConsoleSignIn(sessions: LoginSessions): AwsService {
  function loginOfCode(
    { clientId, code = '', codeVerifier = '', redirectUri }: CreateOAuth2TokenRequestBody,
    thumbprint: string,
  ): Login {
    const allowed = sessions.spend(code);
    if (allowed === undefined) {
      const { AUTHCODE_EXPIRED } = OAuth2ErrorCode;
      throw accessDenied(AUTHCODE_EXPIRED, 'The authorization code has expired or was used before.');
    }
    const isOfRequest = allowed.clientId === clientId && allowed.redirectUri === redirectUri;
    if (!isOfRequest || !matchesChallenge(allowed.challenge, codeVerifier))
      throw invalidRequest('The authorization code was given for another request.');
    return sessions.begin(thumbprint);
  }

  function loginOfRefresh({ refreshToken = '' }: CreateOAuth2TokenRequestBody, thumbprint: string): Login {
    const login = sessions.find(refreshToken);
    if (login === undefined)
      throw accessDenied(OAuth2ErrorCode.TOKEN_EXPIRED, 'The refresh token has expired.');
    if (login.thumbprint !== thumbprint)
      throw invalidRequest('The proof is of another key than that of the refresh token.');
    return login;
  }

  return {
    name: 'Signin',
    operations: operationsByName([
      publicOperation(
        operation(CreateOAuth2TokenCommand, ({ tokenInput }, { endpoint, proof }) => {
          const thumbprint = thumbprintOf(proof, 'POST', `${endpoint}/v1/token`);
          if (tokenInput === undefined || thumbprint === undefined)
            throw invalidRequest('The request has no valid proof of possession (DPoP).');
          const isNew = tokenInput.grantType === 'authorization_code';
          const { refreshToken } = isNew
            ? loginOfCode(tokenInput, thumbprint)
            : loginOfRefresh(tokenInput, thumbprint);
          const { accessKeyId, secretAccessKey, sessionToken } = sessions.issueKeys();
          return {
            tokenOutput: {
              accessToken: { accessKeyId, secretAccessKey, sessionToken },
              tokenType: 'aws_sigv4',
              expiresIn: KEY_SECONDS,
              refreshToken,
              ...(isNew ? { idToken: sessions.idTokenFor(tokenInput.clientId ?? '') } : {}),
            },
          };
        }),
      ),
    ]),
  };
}

/** "HTTP 401 (Unauthorized): TOKEN_EXPIRED, AUTHCODE_EXPIRED": AccessDeniedException. */
function accessDenied(error: OAuth2ErrorCode, message: string): AwsError {
  return awsError(AccessDeniedException$, message, { status: 401, members: { error } });
}

function invalidRequest(message: string): AwsError {
  return awsError(ValidationException$, message, { members: { error: OAuth2ErrorCode.INVALID_REQUEST } });
}
