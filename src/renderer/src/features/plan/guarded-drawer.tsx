import { Button, Drawer, Group, Modal } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import styles from './guarded-drawer.module.css';
import { PLAN_TEXT } from './plan-text.ts';

interface GuardedDrawerProps {
  readonly title: ReactNode;
  readonly opened: boolean;
  /** How wide it is; as wide as one column unless told. */
  readonly size?: number | string | undefined;
  /** A sentence about what is running, if anything is: closing asks before it ends it. */
  readonly busy: string | undefined;
  /** Set while something is typed that is kept as a draft: closing asks whether to keep it. */
  readonly draft?: { readonly discard: () => void } | undefined;
  readonly onClose: () => void;
  /** The content. A function gets the same close as the button of the drawer, with its questions. */
  readonly children: ReactNode | ((close: () => void) => ReactNode);
}

/** A full-height dialog at the right edge. Escape closes it, and asks first where that ends or leaves something. */
export function GuardedDrawer(props: GuardedDrawerProps) {
  const { title, opened, size = 760, busy, draft, onClose, children } = props;
  const [asking, setAsking] = useState(false);
  const question = busy !== undefined ? 'busy' : draft !== undefined ? 'draft' : undefined;
  const stay = (): void => setAsking(false);
  const close = (): void => {
    setAsking(false);
    onClose();
  };
  const askOrClose = (): void => (question === undefined ? close() : setAsking(true));
  return (
    <>
      <Drawer
        opened={opened}
        onClose={askOrClose}
        title={title}
        position="right"
        size={size}
        classNames={{ content: styles.content, body: styles.body, title: styles.title }}
        closeButtonProps={{ 'aria-label': PLAN_TEXT.close }}
      >
        {typeof children === 'function' ? children(askOrClose) : children}
      </Drawer>
      {/* Mounted only when it is asked: a mounted one would hear the very Escape that opens it, and close again. */}
      {opened && asking && question === 'busy' && (
        <Question title={PLAN_TEXT.stopTitle} text={busy} onStay={stay}>
          <Button data-autofocus onClick={stay}>
            {PLAN_TEXT.keepRunning}
          </Button>
          <Button variant="filled" color="red" onClick={close}>
            {PLAN_TEXT.stopAndClose}
          </Button>
        </Question>
      )}
      {opened && asking && question === 'draft' && (
        <Question title={PLAN_TEXT.draftTitle} text={PLAN_TEXT.draftText} onStay={stay}>
          <Button onClick={stay}>{PLAN_TEXT.keepEditing}</Button>
          <Button
            onClick={() => {
              draft?.discard();
              close();
            }}
          >
            {PLAN_TEXT.discardDraft}
          </Button>
          <Button data-autofocus variant="filled" onClick={close}>
            {PLAN_TEXT.keepDraft}
          </Button>
        </Question>
      )}
    </>
  );
}

interface QuestionProps {
  readonly title: string;
  readonly text: string | undefined;
  readonly onStay: () => void;
  /** The answers. */
  readonly children: ReactNode;
}

function Question({ title, text, onStay, children }: QuestionProps) {
  return (
    <Modal opened onClose={onStay} title={title} size="sm" zIndex={400}>
      <p className={styles.question}>{text}</p>
      <Group justify="flex-end" gap="xs">
        {children}
      </Group>
    </Modal>
  );
}
