import { Button, Table } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Output } from '../../../../shared/contract.ts';
import type { Account } from '../../../../shared/model/account.ts';
import type { Immutable } from '../../../../shared/model/immutable.ts';
import { useEngineChange, useEngineQuery } from '../../lib/queries.ts';
import { openingRegion } from '../../lib/remembered-place.ts';
import { useFormatInstant } from '../../lib/time-zone.ts';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPage } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { Mark } from '../../ui/mark.tsx';
import { Mono } from '../../ui/mono.tsx';
import { EnvironmentMenu } from '../environments/environment-menu.tsx';
import { AddRolesButton } from './add-roles-dialog.tsx';
import styles from './settings.module.css';
import { ADD_ROLES_TEXT, CONNECTIONS_TEXT } from './settings-text.ts';

const { columns } = CONNECTIONS_TEXT;

/** The accounts of this machine: what they are, and whether AWS accepts their credentials. */
export function ConnectionsCard() {
  const accounts = useEngineQuery('accounts.list', {}, { staleMs: 10_000 });
  return (
    <Card title={CONNECTIONS_TEXT.title} aside={CONNECTIONS_TEXT.from}>
      {!accounts.data && !accounts.error ? <LoadingRows what="accounts" rows={3} height={32} /> : null}
      {accounts.error ? <ErrorPage error={accounts.error} onRetry={() => void accounts.refetch()} /> : null}
      {accounts.data?.accounts.length === 0 ? (
        <EmptyState title={CONNECTIONS_TEXT.title}>{CONNECTIONS_TEXT.none}</EmptyState>
      ) : null}
      {accounts.data === undefined || accounts.data.accounts.length === 0 ? null : (
        <Table.ScrollContainer minWidth={520}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                {Object.entries(columns).map(([column, label]) => (
                  <Table.Th key={column} className={column === 'kind' ? styles.wide : undefined}>
                    {label}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {accounts.data.accounts.map((account) => (
                <ConnectionRow key={account.id} account={account} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {accounts.data ? <Sessions {...accounts.data} /> : null}
    </Card>
  );
}

/** The sessions of the config file. Their roles can become profiles, also where no profile signs in with them yet. */
function Sessions({ accounts, sessions: ofFile = [] }: Immutable<Output<'accounts.list'>>) {
  const sessions = [...new Set([...accounts.flatMap(({ session }) => session ?? []), ...ofFile])];
  if (sessions.length === 0) return null;
  return (
    <ul className={styles.sessions} aria-label={ADD_ROLES_TEXT.sessions}>
      {sessions.map((session) => (
        <li key={session} className={styles.line}>
          <span className={styles.match}>
            <b>{session}</b> <span className={styles.soft}>{CONNECTIONS_TEXT.credentials.sso}</span>
          </span>
          <AddRolesButton session={session} accounts={accounts} />
        </li>
      ))}
    </ul>
  );
}

/** AWS is asked when a person wants it: a profile may need a login or an MFA code for the answer. */
function ConnectionRow({ account }: { readonly account: Account }) {
  const { id, name, kind, endpoint, problem, credentials, expiresAt } = account;
  const region = openingRegion(account);
  const guard = useEngineQuery('environments.of', { account: id });
  const identity = useEngineQuery(
    'accounts.identity',
    { account: id, region: region ?? '' },
    { enabled: false },
  );
  const accountNumber = identity.data?.accountNumber ?? account.accountNumber;
  return (
    <Table.Tr>
      <Table.Td className={styles.match}>
        <b>{name}</b> <span className={styles.kind}>{region}</span>
      </Table.Td>
      <Table.Td>
        <AccountNumber number={accountNumber} alias={identity.data?.accountAlias ?? account.accountAlias} />
      </Table.Td>
      <Table.Td className={styles.wide}>
        <span className={styles.kind} {...(endpoint && { title: CONNECTIONS_TEXT.endpoint(endpoint) })}>
          {credentials === undefined
            ? CONNECTIONS_TEXT.kinds[kind]
            : CONNECTIONS_TEXT.credentials[credentials]}
        </span>
      </Table.Td>
      <Table.Td>
        {guard.data ? <EnvironmentMenu place={{ account: id }} guard={guard.data} /> : null}
      </Table.Td>
      <Table.Td w="34%">
        <div className={styles.line}>
          <span className={styles.grow}>
            <ConnectionState
              problem={identity.error?.message ?? (identity.data === undefined ? problem : undefined)}
              isChecking={identity.isFetching}
              arn={identity.data?.arn ?? account.arn}
            />
            {expiresAt === undefined ? null : <Expiry at={expiresAt} />}
          </span>
          <AcceptAccount detail={identity.error?.detail} onAccepted={() => void identity.refetch()} />
          {region === undefined ? (
            <Link to="/a/$account" params={{ account: id }}>
              {CONNECTIONS_TEXT.chooseRegion}
            </Link>
          ) : (
            <Button
              size="compact-xs"
              aria-label={CONNECTIONS_TEXT.checkAccount(name)}
              loading={identity.isFetching}
              onClick={() => void identity.refetch()}
            >
              {CONNECTIONS_TEXT.check}
            </Button>
          )}
        </div>
      </Table.Td>
    </Table.Tr>
  );
}

interface AccountNumberProps {
  readonly number: string | undefined;
  /** Its name in IAM. */
  readonly alias: string | undefined;
}

function AccountNumber({ number, alias }: AccountNumberProps) {
  if (number === undefined) return <span className={styles.soft}>{CONNECTIONS_TEXT.unknown}</span>;
  return (
    <>
      <Mono>{number}</Mono> {alias === undefined ? null : <span className={styles.kind}>{alias}</span>}
    </>
  );
}

interface AcceptAccountProps {
  /** Of the error of a check. */
  readonly detail: Readonly<Record<string, string>> | undefined;
  readonly onAccepted: () => void;
}

/** Where the credentials belong to another account than before: a person who changed the profile says that it is right. */
function AcceptAccount({ detail, onAccepted }: AcceptAccountProps) {
  const accept = useEngineChange('accounts.accept');
  const { account, actualAccount } = detail ?? {};
  if (account === undefined || actualAccount === undefined) return null;
  return (
    <Button
      size="compact-xs"
      loading={accept.isPending}
      onClick={() => accept.mutate({ account, accountNumber: actualAccount }, { onSuccess: onAccepted })}
    >
      {CONNECTIONS_TEXT.accept(actualAccount)}
    </Button>
  );
}

/** When the credentials or the sign-in end. Slipway renews what it can before that. */
function Expiry({ at }: { readonly at: string }) {
  const format = useFormatInstant();
  return (
    <div className={styles.soft}>
      {CONNECTIONS_TEXT.expires} <time dateTime={at}>{format(at)}</time>
    </div>
  );
}

interface ConnectionStateProps {
  readonly problem: string | undefined;
  readonly isChecking: boolean;
  readonly arn: string | undefined;
}

function ConnectionState({ problem, isChecking, arn }: ConnectionStateProps) {
  if (isChecking) return <span role="status">{CONNECTIONS_TEXT.checking}</span>;
  if (problem !== undefined) {
    return (
      <span className={styles.failure}>
        <Mark kind="failed" /> {problem}
      </span>
    );
  }
  if (arn === undefined) {
    return (
      <span className={styles.soft}>
        <Mark kind="idle" /> {CONNECTIONS_TEXT.notChecked}
      </span>
    );
  }
  return (
    <span title={arn}>
      <Mark kind="ok" /> {CONNECTIONS_TEXT.connected}, {arn.slice(arn.lastIndexOf('/') + 1)}
    </span>
  );
}
