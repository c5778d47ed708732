import { cleanup, render } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { Mark, type MarkKind } from './mark.tsx';

afterEach(cleanup);

const KINDS: Readonly<Record<MarkKind, true>> = {
  ok: true,
  progress: true,
  failed: true,
  'rolled-back': true,
  warning: true,
  drifted: true,
  idle: true,
};

/** What is drawn: lines and circles, whatever their colour. */
function outlineOf(kind: MarkKind): string {
  const { container } = render(<Mark kind={kind} />);
  const parts = [...container.querySelectorAll('path, circle')];
  return parts.map((part) => part.getAttribute('d') ?? `circle ${part.getAttribute('fill')}`).join(' ');
}

it('each state has a shape of its own, which is told apart without its colour and its filling', () => {
  const kinds = Object.keys(KINDS) as MarkKind[];
  expect(new Set(kinds.map(outlineOf)).size).toBe(kinds.length);
});
