import { Button, Code, Group, Modal, PinInput, Stack, Text } from '@mantine/core';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { assertNever } from '../../../../shared/assert-never.ts';
import type { PromptRequest } from '../../../../shared/model/prompt.ts';
import { useEngineChange } from '../../lib/queries.ts';
import { useLastingWatch } from '../../lib/streams.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { PROMPTS_TEXT } from './prompts-text.ts';
import { AuthorizationCodeDialog, SignInDialog } from './sign-in-dialog.tsx';

/** Asks the engine's questions, one at a time. */
export function Prompts() {
  const [open, setOpen] = useState<readonly PromptRequest[]>([]);
  const focused = useRef<Element>(null);
  useLastingWatch('prompts.watch', {}, (request) => {
    // A dialog that is open already has the focus.
    if (!request.over && open.length === 0) focused.current = document.activeElement;
    setOpen((before) => {
      const others = before.filter((each) => each.id !== request.id);
      return request.over ? others : [...others, request];
    });
  });

  const [first] = open;
  const isOpen = first !== undefined;
  // The dialog is taken away with its question, before it could do it by itself.
  useEffect(() => {
    if (!isOpen) return;
    return () => {
      if (focused.current instanceof HTMLElement) focused.current.focus();
    };
  }, [isOpen]);
  if (!first) return null;
  const onOver = (): void => setOpen((before) => before.filter(({ id }) => id !== first.id));
  switch (first.kind) {
    case 'mfa-code':
      return <MfaDialog key={first.id} request={first} onOver={onOver} />;
    case 'run-command':
      return <CommandDialog key={first.id} request={first} onOver={onOver} />;
    case 'sign-in':
      return <SignInDialog key={first.id} request={first} onOver={onOver} />;
    case 'authorization-code':
      return <AuthorizationCodeDialog key={first.id} request={first} onOver={onOver} />;
    default:
      return assertNever(first);
  }
}

interface CommandDialogProps {
  readonly request: Extract<PromptRequest, { readonly kind: 'run-command' }>;
  readonly onOver: () => void;
}

/** Whether the command of a profile may run. The engine remembers it until the command changes. */
function CommandDialog({ request, onOver }: CommandDialogProps) {
  const answer = useEngineChange('prompts.answer');
  const { id, profile, command, place } = request;
  const refuse = (): void => answer.mutate({ id }, { onSettled: onOver });
  const allow = (): void => answer.mutate({ id, answer: 'run' }, { onSuccess: onOver });
  return (
    <Modal opened onClose={refuse} title={PROMPTS_TEXT.runCommand}>
      <Stack gap="sm">
        <Text size="sm">{PROMPTS_TEXT.getsCredentials(profile, place)}</Text>
        <Code
          block
          aria-label={PROMPTS_TEXT.command}
          style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
        >
          {command}
        </Code>
        {answer.error ? <ErrorNotice error={answer.error} /> : null}
        <Group justify="flex-end" gap="xs">
          <Button onClick={refuse} data-autofocus>
            {PROMPTS_TEXT.notNow}
          </Button>
          <Button variant="filled" onClick={allow} loading={answer.isPending}>
            {PROMPTS_TEXT.run}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

interface MfaDialogProps {
  readonly request: Extract<PromptRequest, { readonly kind: 'mfa-code' }>;
  readonly onOver: () => void;
}

function MfaDialog({ request, onOver }: MfaDialogProps) {
  const answer = useEngineChange('prompts.answer');
  const [code, setCode] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    answer.mutate({ id: request.id, answer: code }, { onSuccess: onOver });
  };
  const refuse = (): void => answer.mutate({ id: request.id }, { onSettled: onOver });
  return (
    <Modal opened onClose={refuse} title={PROMPTS_TEXT.title}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm">{request.question}</Text>
          <PinInput
            length={6}
            type="number"
            oneTimeCode
            placeholder=""
            value={code}
            onChange={setCode}
            aria-label={PROMPTS_TEXT.code}
            getInputProps={(digit) => ({
              'aria-label': PROMPTS_TEXT.digit(digit + 1),
              // On the input itself: what is around the digits can't have the focus.
              ...(digit === 0 ? { 'data-autofocus': true } : {}),
            })}
          />
          {answer.error ? <ErrorNotice error={answer.error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button onClick={refuse}>{PROMPTS_TEXT.notNow}</Button>
            <Button type="submit" variant="filled" disabled={code.length !== 6} loading={answer.isPending}>
              {PROMPTS_TEXT.continue}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
