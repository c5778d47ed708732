import { Button, CopyButton, Group, Loader, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { PromptRequest } from '../../../../shared/model/prompt.ts';
import { useEngineChange } from '../../lib/queries.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { PROMPTS_TEXT } from './prompts-text.ts';

interface SignInDialogProps {
  readonly request: Extract<PromptRequest, { readonly kind: 'sign-in' }>;
  readonly onOver: () => void;
}

/** A sign-in in the browser. It closes by itself once the person has allowed the access there. */
export function SignInDialog({ request, onOver }: SignInDialogProps) {
  const answer = useEngineChange('prompts.answer');
  const { id, session, address, code } = request;
  const cancel = (): void => answer.mutate({ id }, { onSettled: onOver });
  const answerWithCode = (): void => answer.mutate({ id, answer: 'with-code' }, { onSuccess: onOver });
  return (
    <Modal opened onClose={cancel} title={PROMPTS_TEXT.signIn(session)}>
      <Stack gap="sm">
        <Text size="sm">{code === undefined ? PROMPTS_TEXT.openBrowser : PROMPTS_TEXT.openWithCode}</Text>
        {code === undefined ? null : (
          <Text size="xl" fw={600} ta="center" ff="monospace" aria-label={PROMPTS_TEXT.signInCode}>
            {code}
          </Text>
        )}
        <PageLinks address={address} />
        {answer.error ? <ErrorNotice error={answer.error} /> : null}
        <Group gap={6} role="status">
          <Loader size={12} />
          <Text size="sm" c="dimmed">
            {PROMPTS_TEXT.waiting}
          </Text>
        </Group>
        <Group justify="flex-end" gap="xs">
          {code === undefined ? (
            <Button variant="subtle" onClick={answerWithCode} loading={answer.isPending}>
              {PROMPTS_TEXT.withCode}
            </Button>
          ) : null}
          <Button onClick={cancel}>{PROMPTS_TEXT.notNow}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function PageLinks({ address }: { readonly address: string }) {
  return (
    <Group gap="xs">
      <Button component="a" href={address} target="_blank" rel="noreferrer" variant="filled" data-autofocus>
        {PROMPTS_TEXT.open}
      </Button>
      <CopyButton value={address}>
        {({ copied, copy }) => (
          <Button onClick={copy}>{copied ? PROMPTS_TEXT.copied : PROMPTS_TEXT.copyAddress}</Button>
        )}
      </CopyButton>
    </Group>
  );
}

interface AuthorizationCodeDialogProps {
  readonly request: Extract<PromptRequest, { readonly kind: 'authorization-code' }>;
  readonly onOver: () => void;
}

/** A sign-in with the console on any machine: the person brings the code that its last page shows. */
export function AuthorizationCodeDialog({ request, onOver }: AuthorizationCodeDialogProps) {
  const answer = useEngineChange('prompts.answer');
  const [code, setCode] = useState('');
  const { id, session, address, problem } = request;
  const cancel = (): void => answer.mutate({ id }, { onSettled: onOver });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    answer.mutate({ id, answer: code.trim() }, { onSuccess: onOver });
  };
  return (
    <Modal opened onClose={cancel} title={PROMPTS_TEXT.signIn(session)}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm">{PROMPTS_TEXT.openForCode}</Text>
          <PageLinks address={address} />
          <TextInput
            label={PROMPTS_TEXT.authorizationCode}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
            maxLength={2048}
            autoComplete="off"
            spellCheck={false}
            {...(problem === undefined ? {} : { error: problem })}
          />
          {answer.error ? <ErrorNotice error={answer.error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button onClick={cancel}>{PROMPTS_TEXT.notNow}</Button>
            <Button type="submit" variant="filled" disabled={code.trim() === ''} loading={answer.isPending}>
              {PROMPTS_TEXT.signInButton}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
