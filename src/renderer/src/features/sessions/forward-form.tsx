import { Autocomplete, Button, NumberInput, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Input } from '../../../../shared/contract.ts';
import type { Immutable } from '../../../../shared/model/immutable.ts';
import { useEngine } from '../../lib/engine.ts';
import { type Refusals, refusedProps } from '../../lib/refusals.ts';
import { startForward } from './forwards.ts';
import styles from './sessions.module.css';
import { SESSIONS_TEXT } from './sessions-text.ts';

const HIGHEST_PORT = 65_535;

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
  const [typed, setTyped] = useState(ports[0] === undefined ? '' : String(ports[0]));
  const [host, setHost] = useState('');
  const [localPort, setLocalPort] = useState<number | string>('');
  const port = Number(typed);
  const isPort = /^\d{1,5}$/.test(typed) && port >= 1 && port <= HIGHEST_PORT;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isPort || !isAllowed || refusals.isRefused('forward-port')) return;
    const local = typeof localPort === 'number' ? { localPort } : {};
    const remote = host.trim() === '' ? {} : { host: host.trim() };
    startForward(client, { ...target, port, ...remote, ...local }, SESSIONS_TEXT.reconnecting);
  };
  return (
    <form onSubmit={submit} className={styles.ports}>
      <Autocomplete
        size="xs"
        label={SESSIONS_TEXT.port}
        data={ports.map(String)}
        value={typed}
        onChange={setTyped}
        inputMode="numeric"
      />
      <TextInput
        label={SESSIONS_TEXT.host}
        title={SESSIONS_TEXT.hostHelp}
        placeholder={SESSIONS_TEXT.hostDefault}
        maxLength={253}
        value={host}
        onChange={(event) => setHost(event.currentTarget.value)}
      />
      <NumberInput
        label={SESSIONS_TEXT.localPort}
        title={SESSIONS_TEXT.localPortHelp}
        placeholder="auto"
        min={1}
        max={HIGHEST_PORT}
        allowDecimal={false}
        value={localPort}
        onChange={setLocalPort}
      />
      <Button type="submit" disabled={!isPort || !isAllowed} {...refusedProps(refusals, 'forward-port')}>
        {SESSIONS_TEXT.start}
      </Button>
    </form>
  );
}
