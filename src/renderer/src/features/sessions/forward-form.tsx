import { Autocomplete, Button, NumberInput, TextInput } from '@mantine/core';
import type { FormEvent } from 'react';
import { z } from 'zod';
import type { Input } from '../../../../shared/contract.ts';
import type { Immutable } from '../../../../shared/model/immutable.ts';
import { useEngine } from '../../lib/engine.ts';
import { type Refusals, refusedProps } from '../../lib/refusals.ts';
import { useDraft } from '../../lib/use-draft.ts';
import { startForward } from './forwards.ts';
import styles from './sessions.module.css';
import { SESSIONS_TEXT } from './sessions-text.ts';

const HIGHEST_PORT = 65_535;
const FIELDS = z.object({
  typed: z.string(),
  host: z.string(),
  localPort: z.union([z.number(), z.string()]),
});

interface ForwardFormProps {
  readonly target: Immutable<Omit<Input<'sessions.forward'>, 'port' | 'host' | 'localPort'>> & {
    readonly container: string;
  };
  /** Of the port mappings of the container. */
  readonly ports: readonly number[];
  readonly isAllowed: boolean;
  readonly refusals: Refusals;
}

/** Asks for the ports, and starts. What was started is listed in RunningForwards. */
export function ForwardForm({ target, ports, isAllowed, refusals }: ForwardFormProps) {
  const client = useEngine();
  const { account, region, cluster, container } = target;
  const [{ typed, host, localPort }, setFields, forget] = useDraft({
    key: `forward.${account}/${region}/${cluster}/${container}`,
    shape: FIELDS,
    initial: { typed: ports[0] === undefined ? '' : String(ports[0]), host: '', localPort: '' },
  });
  const port = Number(typed);
  const isPort = /^\d{1,5}$/.test(typed) && port >= 1 && port <= HIGHEST_PORT;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isPort || !isAllowed || refusals.isRefused('forward-port')) return;
    const local = typeof localPort === 'number' ? { localPort } : {};
    const remote = host.trim() === '' ? {} : { host: host.trim() };
    forget();
    startForward(client, { ...target, port, ...remote, ...local }, SESSIONS_TEXT.reconnecting);
  };
  return (
    <form onSubmit={submit} className={styles.ports}>
      <Autocomplete
        size="xs"
        label={SESSIONS_TEXT.port}
        data={ports.map(String)}
        value={typed}
        onChange={(next) => setFields({ typed: next, host, localPort })}
        inputMode="numeric"
      />
      <TextInput
        label={SESSIONS_TEXT.host}
        title={SESSIONS_TEXT.hostHelp}
        placeholder={SESSIONS_TEXT.hostDefault}
        maxLength={253}
        value={host}
        onChange={(event) => setFields({ typed, host: event.currentTarget.value, localPort })}
      />
      <NumberInput
        label={SESSIONS_TEXT.localPort}
        title={SESSIONS_TEXT.localPortHelp}
        placeholder="auto"
        min={1}
        max={HIGHEST_PORT}
        allowDecimal={false}
        value={localPort}
        onChange={(next) => setFields({ typed, host, localPort: next })}
      />
      <Button type="submit" disabled={!isPort || !isAllowed} {...refusedProps(refusals, 'forward-port')}>
        {SESSIONS_TEXT.start}
      </Button>
    </form>
  );
}
