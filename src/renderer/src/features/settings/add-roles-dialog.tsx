import { Autocomplete, Button, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useWindowEvent } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { z } from 'zod';
import { type Account, NewProfile, type OfferedRole, Region } from '../../../../shared/model/account.ts';
import { REGIONS } from '../../../../shared/regions.ts';
import { useEngineChange, useEngineQuery } from '../../lib/queries.ts';
import { useDraft } from '../../lib/use-draft.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { Mark } from '../../ui/mark.tsx';
import { Mono } from '../../ui/mono.tsx';
import styles from './settings.module.css';
import { ADD_ROLES_TEXT } from './settings-text.ts';

interface AddRolesProps {
  readonly session: string;
  /** All accounts, to say which roles are profiles already. */
  readonly accounts: readonly Account[];
}

/** Opens the dialog for the roles of a session. */
export function AddRolesButton(props: AddRolesProps) {
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button
        size="compact-xs"
        aria-label={ADD_ROLES_TEXT.openFor(props.session)}
        onClick={() => setOpened(true)}
      >
        {ADD_ROLES_TEXT.open}
      </Button>
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        title={ADD_ROLES_TEXT.title(props.session)}
        size="lg"
        // AddRoles closes it: Escape in a sign-in dialog over this one is about the sign-in only.
        closeOnEscape={false}
      >
        <AddRoles {...props} onClose={() => setOpened(false)} />
      </Modal>
    </>
  );
}

function AddRoles({ session, accounts, onClose }: AddRolesProps & { readonly onClose: () => void }) {
  // Asked for by a person only: an answer may need a sign-in.
  const { data, error, isFetching, refetch } = useEngineQuery(
    'accounts.roles',
    { session },
    { enabled: false },
  );
  const [search, setSearch] = useState('');
  const [chosen, setChosen] = useState<OfferedRole>();
  const [added, setAdded] = useState<Added>();
  const field = useRef<HTMLInputElement>(null);
  const content = useRef<HTMLDivElement>(null);
  useEffect(() => void refetch(), [refetch]);
  useWindowEvent('keydown', (event) => {
    const { activeElement, body } = document;
    const isNowhere = activeElement === null || activeElement === body;
    // A sign-in dialog that goes away leaves the focus nowhere.
    if (isNowhere) field.current?.focus();
    const isHere = isNowhere || content.current?.closest('[role="dialog"]')?.contains(activeElement) === true;
    // An open list of regions closes first.
    const isOfList = activeElement?.getAttribute('aria-expanded') === 'true';
    if (event.key === 'Escape' && !event.isComposing && isHere && !isOfList) onClose();
  });
  /** The button that has the focus goes away. */
  const askAgain = (): void => {
    field.current?.focus();
    void refetch();
  };
  const roles = data ?? [];
  const found = roles.filter((role) => isFound(role, search));

  return (
    <Stack gap="sm" ref={content}>
      <TextInput
        ref={field}
        type="search"
        label={ADD_ROLES_TEXT.search}
        maxLength={100}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        data-autofocus
      />
      {isFetching ? <LoadingRows what="roles" rows={4} height={28} /> : null}
      {isFetching || error === null ? null : <ErrorNotice error={error} onRetry={askAgain} />}
      {isFetching || error !== null || data === undefined ? null : roles.length === 0 ? (
        <EmptyState title={ADD_ROLES_TEXT.none(session)}>{ADD_ROLES_TEXT.noneHelp}</EmptyState>
      ) : (
        <>
          {found.length === 0 ? <EmptyState title={ADD_ROLES_TEXT.noMatch} /> : null}
          <RoleList
            roles={found}
            profilesOf={(role) => profilesOf(role, session, accounts)}
            chosen={chosen}
            onChoose={(role) => {
              setChosen(role);
              setAdded(undefined);
            }}
          />
          {chosen === undefined ? null : (
            <ProfileForm
              key={keyOf(chosen)}
              session={session}
              role={chosen}
              accounts={accounts}
              onAdded={(next) => {
                setAdded(next);
                setChosen(undefined);
                field.current?.focus();
              }}
            />
          )}
        </>
      )}
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="sm" role="status" style={{ overflowWrap: 'anywhere' }}>
          {added === undefined ? null : (
            <>
              <Mark kind="ok" /> {ADD_ROLES_TEXT.added(added.name, added.file)}
            </>
          )}
        </Text>
        <Button onClick={onClose} style={{ flexShrink: 0 }}>
          {ADD_ROLES_TEXT.close}
        </Button>
      </Group>
    </Stack>
  );
}

interface Added {
  readonly name: string;
  readonly file: string;
}

interface RoleListProps {
  readonly roles: readonly OfferedRole[];
  readonly profilesOf: (role: OfferedRole) => readonly string[];
  readonly chosen: OfferedRole | undefined;
  readonly onChoose: (role: OfferedRole) => void;
}

/** The roles below their accounts. */
function RoleList({ roles, profilesOf, chosen, onChoose }: RoleListProps) {
  const byAccount = Map.groupBy(roles, ({ accountId }) => accountId);
  return (
    <div className={styles.roles}>
      {[...byAccount].map(([accountId, ofAccount]) => (
        <fieldset key={accountId} className={styles.rolesOfAccount}>
          <legend>
            {ofAccount[0]?.accountName} <Mono>{accountId}</Mono>
          </legend>
          {ofAccount.map((role) => {
            const profiles = profilesOf(role);
            return (
              <Radio
                key={keyOf(role)}
                size="xs"
                name="role"
                label={role.roleName}
                description={profiles.length === 0 ? undefined : ADD_ROLES_TEXT.isProfile(profiles)}
                checked={chosen !== undefined && keyOf(chosen) === keyOf(role)}
                onChange={() => onChoose(role)}
              />
            );
          })}
        </fieldset>
      ))}
    </div>
  );
}

const PROFILE_DRAFT = z.object({ name: z.string(), region: z.string() });

interface ProfileFormProps extends AddRolesProps {
  readonly role: OfferedRole;
  readonly onAdded: (added: Added) => void;
}

function ProfileForm({ session, role, accounts, onAdded }: ProfileFormProps) {
  const queries = useQueryClient();
  const add = useEngineChange('accounts.addProfile');
  const [{ name, region }, setTyped, forget] = useDraft({
    key: `profile.${session}.${keyOf(role)}`,
    shape: PROFILE_DRAFT,
    initial: { name: freeName(role, accounts), region: usualRegion(role, session, accounts) },
  });
  const field = useRef<HTMLInputElement>(null);
  const nameProblem = NewProfile.shape.name.safeParse(name).error?.issues[0]?.message;
  const isRegion = Region.safeParse(region).success;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (nameProblem !== undefined || !isRegion || add.isPending) return;
    const { accountId, roleName } = role;
    add.mutate(
      { session, name, accountId, roleName, region },
      {
        onSuccess: ({ file }) => {
          void queries.invalidateQueries({ queryKey: ['accounts.list'] });
          forget();
          onAdded({ name, file });
        },
        onError: () => field.current?.focus(),
      },
    );
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Group gap="sm" align="start" grow>
          <TextInput
            ref={field}
            label={ADD_ROLES_TEXT.name}
            maxLength={128}
            value={name}
            error={nameProblem === undefined ? false : ADD_ROLES_TEXT.nameProblem(name, nameProblem)}
            onChange={(event) => {
              setTyped({ name: event.currentTarget.value.trim(), region });
              add.reset();
            }}
          />
          <Autocomplete
            size="xs"
            label={ADD_ROLES_TEXT.region}
            data={[...REGIONS]}
            limit={60}
            value={region}
            error={isRegion || region === '' ? false : ADD_ROLES_TEXT.regionProblem}
            onChange={(next) => setTyped({ name, region: next })}
          />
        </Group>
        {add.error ? <ErrorNotice error={add.error} /> : null}
        <Group justify="flex-end">
          <Button
            type="submit"
            variant="filled"
            disabled={nameProblem !== undefined || !isRegion}
            loading={add.isPending}
          >
            {ADD_ROLES_TEXT.add}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const keyOf = ({ accountId, roleName }: OfferedRole): string => `${accountId}/${roleName}`;

/** Every word is in the name or the id of the account, or in the name of the role. */
function isFound({ accountId, accountName = '', roleName }: OfferedRole, search: string): boolean {
  const text = `${accountName} ${accountId} ${roleName}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function profilesOf(
  { accountId, roleName }: OfferedRole,
  session: string,
  accounts: readonly Account[],
): readonly string[] {
  return accounts
    .filter((one) => one.session === session && one.accountNumber === accountId && one.roleName === roleName)
    .map(({ name }) => name);
}

/** A name as `shop-Developer` that no profile has yet. */
function freeName({ accountId, accountName, roleName }: OfferedRole, accounts: readonly Account[]): string {
  const taken = new Set(accounts.map(({ name }) => name));
  const base = `${accountName ?? accountId}-${roleName}`.replace(/[^\w@+.%:/-]+/g, '-').slice(0, 120);
  let name = base;
  for (let number = 2; taken.has(name); number += 1) name = `${base}-${number}`;
  return name;
}

/** The region of a profile with the same session, first of the same AWS account. Empty where none has one. */
function usualRegion({ accountId }: OfferedRole, session: string, accounts: readonly Account[]): string {
  const ofSession = accounts.filter((one) => one.session === session && one.region !== undefined);
  const sameAccount = ofSession.find(({ accountNumber }) => accountNumber === accountId);
  const other = accounts.find(({ kind, region }) => kind === 'profile' && region !== undefined);
  return (sameAccount ?? ofSession[0] ?? other)?.region ?? '';
}
