import * as portalApi from '@aws-sdk/client-sso';
import * as oidcApi from '@aws-sdk/client-sso-oidc';
import { CreateOAuth2TokenCommand } from '@aws-sdk/nested-clients/signin';
import { allowLogin, answerSignIn, createProofKey, createVerifier, provenBy } from '../sign-in.ts';
import type { ApiCalls } from './api-caller.ts';

/** For the test of every operation: a sign-in with a code, and what its token gives. */
export const SIGN_IN_CALLS: ApiCalls = {
  'sign-in with the Identity Center': async ({ oidc, portal }) => {
    const { clientId, clientSecret } = await oidc(
      new oidcApi.RegisterClientCommand({
        clientName: 'walk',
        clientType: 'public',
        scopes: ['sso:account:access'],
      }),
    );
    const client = { clientId, clientSecret };
    const { deviceCode, verificationUriComplete = '' } = await oidc(
      new oidcApi.StartDeviceAuthorizationCommand({
        ...client,
        startUrl: 'https://example.awsapps.com/start',
      }),
    );
    await answerSignIn(verificationUriComplete);
    const { accessToken } = await oidc(
      new oidcApi.CreateTokenCommand({
        ...client,
        grantType: 'urn:ietf:params:oauth:grant-type:device_code',
        deviceCode,
      }),
    );
    const { accountList } = await portal(new portalApi.ListAccountsCommand({ accessToken }));
    const accountId = accountList?.[0]?.accountId;
    const { roleList } = await portal(new portalApi.ListAccountRolesCommand({ accessToken, accountId }));
    await portal(
      new portalApi.GetRoleCredentialsCommand({ accessToken, accountId, roleName: roleList?.[0]?.roleName }),
    );
    await portal(new portalApi.LogoutCommand({ accessToken }));
  },

  'sign-in with the console': async ({ signIn, endpoint }) => {
    const { verifier, challenge } = createVerifier();
    const redirectUri = 'http://127.0.0.1:49152/oauth/callback';
    const clientId = 'arn:aws:signin:::devtools/same-device';
    const code = await allowLogin(endpoint, redirectUri, challenge);
    const grant = { grantType: 'authorization_code', code, codeVerifier: verifier, redirectUri };
    const command = new CreateOAuth2TokenCommand({ tokenInput: { clientId, ...grant } });
    await signIn(provenBy(createProofKey(), command));
  },
};
