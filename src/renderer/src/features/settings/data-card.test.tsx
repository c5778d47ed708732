import { cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { renderWithEngine } from '../../testing/engine.tsx';
import { DataCard } from './data-card.tsx';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const DATA = {
  folder: '/home/ana/.slipway',
  kinds: [
    { kind: 'journal', files: 3, bytes: 2_000 },
    { kind: 'caches', files: 4, bytes: 5_000_000 },
  ],
} as const;

describe('data in the settings', () => {
  it('is listed by its kind, with where it is', async () => {
    renderWithEngine(<DataCard />, { 'data.read': () => DATA });
    expect(await screen.findByRole('row', { name: /^Caches .*4$/ })).toBeDefined();
    expect(screen.getByText(DATA.folder)).toBeDefined();
  });

  it('of the caches is deleted, and its size read again', async () => {
    const read = vi.fn<() => typeof DATA>(() => DATA);
    renderWithEngine(<DataCard />, {
      'data.read': read,
      'data.deleteCaches': () => ({ freedBytes: 4_900_000 }),
    });
    await userEvent.click(await screen.findByRole('button', { name: 'Delete caches…' }));
    // The question names what is lost.
    expect(screen.getByText(/stopped tasks that ECS no longer has/)).toBeTruthy();
    expect(screen.queryByRole('status')).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Delete all caches' }));
    expect((await screen.findByRole('status')).textContent).toContain('Caches deleted');
    await vi.waitFor(() => expect(read).toHaveBeenCalledTimes(2));
  });

  it('of the journal is saved as a file', async () => {
    const saved: string[] = [];
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function click(
      this: HTMLAnchorElement,
    ) {
      saved.push(this.download);
    });
    URL.createObjectURL = () => 'blob:x';
    URL.revokeObjectURL = () => undefined;
    renderWithEngine(<DataCard />, {
      'data.read': () => DATA,
      'journal.export': (_, { emit }) => {
        emit({ entries: [] });
        return { count: 0 };
      },
    });
    await userEvent.click(await screen.findByRole('button', { name: 'Export the journal as CSV' }));
    await vi.waitFor(() => expect(saved).toEqual([expect.stringMatching(/^slipway-journal-.*\.csv$/)]));
  });
});
