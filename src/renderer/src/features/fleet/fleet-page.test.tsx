import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import type { FleetCandidate, FleetPlan } from '../../../../shared/model/fleet.ts';
import type { CheckResult } from '../../../../shared/model/plan.ts';
import { parseFleetSearch } from '../../lib/search.ts';
import { type Answers, renderAtAddress, renderWithEngine } from '../../testing/engine.tsx';
import { aPlan } from '../../testing/plan.ts';
import { FleetPage } from './fleet-page.tsx';

afterEach(cleanup);

const SCOPE = { account: 'sandbox', region: 'us-east-1' };
const IMAGE = '127.0.0.1:5000/acme/web:1.9.0';
const PLAN_ID = '0b8f8d4e-3d0c-4a68-9b5c-0f0c7b0f9a01';

function aCandidate(service: string): FleetCandidate {
  return {
    cluster: 'main',
    service,
    environment: 'staging',
    desired: 2,
    containers: [{ name: 'app', image: '127.0.0.1:5000/acme/web:1.8.3', tag: '1.8.3' }],
  };
}

const REPOSITORIES: Answers = {
  'repositories.list': () => [
    {
      name: 'acme/web',
      uri: '127.0.0.1:5000/acme/web',
      arn: 'arn:aws:ecr:us-east-1:111111111111:repository/acme/web',
      tagMutability: 'MUTABLE',
    },
  ],
};

/** The form, opened with an image. */
function show(answers: Answers) {
  renderWithEngine(<FleetPage scope={SCOPE} search={{ image: IMAGE }} />, { ...REPOSITORIES, ...answers });
  return userEvent.setup();
}

describe('the services of a bulk release', () => {
  it('show in words how far the search is, and the first ones while it continues', async () => {
    let next: (event: number) => void = () => undefined;
    show({
      'fleet.candidates': async (_input, { emit }) => {
        const clusters = { listed: 0, total: 3 };
        await new Promise<void>((resolve) => {
          next = (step) => {
            if (step === 1) emit({ found: [], done: 0, total: 0, clusters });
            if (step === 2) emit({ found: [], done: 20, total: 140, clusters: { listed: 1, total: 3 } });
            if (step === 3) {
              emit({ found: [aCandidate('web')], done: 140, total: 140, clusters: { listed: 3, total: 3 } });
            }
            if (step === 4) resolve();
          };
        });
        return [aCandidate('web')];
      },
    });
    await screen.findByText('Listing clusters');
    next(1);
    await screen.findByText('Listing the services of 3 clusters');
    next(2);
    await screen.findByText(
      'Listing the services of 3 clusters, 1 done. Reading services: 20 of 140. ' +
        'None of the services read so far uses this repository.',
    );
    next(3);
    expect(await screen.findByRole('checkbox', { name: 'main / web' })).toBeTruthy();
    expect(screen.getByText('Reading services: 140 of 140')).toBeTruthy();
    next(4);
    await screen.findByText('0 of 1 selected');
    await waitFor(() => expect(screen.queryByRole('status')).toBeNull());
  });

  it('are filtered, and all that match are selected beside those that were', async () => {
    const all = Array.from({ length: 60 }, (_, index) =>
      aCandidate(`${index % 2 === 0 ? 'web' : 'api'}-${index}`),
    );
    const user = show({ 'fleet.candidates': () => all });
    await user.click(await screen.findByRole('checkbox', { name: 'main / api-1' }));
    await user.type(screen.getByRole('textbox', { name: 'Filter services' }), 'web-');
    expect(screen.queryByRole('checkbox', { name: 'main / api-1' })).toBeNull();
    await user.click(screen.getByRole('checkbox', { name: 'All matching services' }));
    expect(screen.getByText('31 of 60 selected')).toBeTruthy();
    await user.clear(screen.getByRole('textbox', { name: 'Filter services' }));
    await user.type(screen.getByRole('textbox', { name: 'Filter services' }), 'nothing');
    expect(screen.getByText('No matching services')).toBeTruthy();
  });

  it('have their filter in the address', async () => {
    const all = Array.from({ length: 60 }, (_, index) => aCandidate(`api-${index}`));
    const { location } = renderAtAddress(
      (search) => <FleetPage scope={SCOPE} search={parseFleetSearch({ image: IMAGE, ...search })} />,
      { ...REPOSITORIES, 'fleet.candidates': () => all },
      '/?q=api-4',
    );
    await screen.findByRole('checkbox', { name: 'main / api-41' });
    expect(screen.queryByRole('checkbox', { name: 'main / api-5' })).toBeNull();
    await userEvent.setup().type(screen.getByRole('textbox', { name: 'Filter services' }), '1');
    await waitFor(() => expect(location()).toContain('q=api-41'));
    expect(screen.queryByRole('checkbox', { name: 'main / api-40' })).toBeNull();
  });

  it('and the rules are kept as a draft, which can be discarded', async () => {
    const answers: Answers = { 'fleet.candidates': () => [aCandidate('web'), aCandidate('api')] };
    const user = show(answers);
    await user.click(await screen.findByRole('checkbox', { name: 'main / web' }));
    await user.selectOptions(screen.getByRole('combobox', { name: 'Between waves' }), 'after-each');
    cleanup();

    const again = show(answers);
    expect(await screen.findByText(/Draft restored/)).toBeTruthy();
    expect(await screen.findByRole<HTMLInputElement>('checkbox', { name: 'main / web' })).toHaveProperty(
      'checked',
      true,
    );
    expect(screen.getByRole('combobox', { name: 'Between waves' })).toHaveProperty('value', 'after-each');
    await again.click(screen.getByRole('button', { name: 'Discard draft' }));
    expect(screen.getByRole('checkbox', { name: 'main / web' })).toHaveProperty('checked', false);
    expect(Object.keys(window.localStorage).filter((key) => key.includes('draft'))).toEqual([]);
  });
});

describe('the plan of a bulk release', () => {
  function planned(results: readonly CheckResult[]): FleetPlan {
    return {
      ...SCOPE,
      id: PLAN_ID,
      stopAfterFailures: 1,
      rollBackOnStop: false,
      pause: 'never',
      createdAt: '2026-09-11T12:00:00Z',
      title: 'Deploy acme/web:1.9.0 to 1 service',
      image: IMAGE,
      waves: [
        results.map((result) => ({
          cluster: 'main',
          service: result,
          containers: ['app'],
          plan: aPlan({ checks: [{ rule: 'image', subject: 'app', result, message: `It is ${result}.` }] }),
        })),
      ],
      canExecute: true,
    };
  }

  it('marks a service with a warning as one, before it is unfolded', async () => {
    const user = show({
      'fleet.candidates': () => [aCandidate('web')],
      'fleet.plan': () => planned(['pass', 'warn', 'unknown']),
    });
    await user.click(await screen.findByRole('checkbox', { name: 'main / web' }));
    await user.click(screen.getByRole('button', { name: 'Review changes' }));
    const wave = within(await screen.findByRole('region', { name: /^Wave 1/ }));
    const labels = wave.getAllByText(/^main/).map((row) => {
      const summary = row.closest('summary');
      return summary === null ? '' : within(summary).getByRole('img').ariaLabel;
    });
    expect(labels).toEqual(['Ready', 'Ready, with warnings', "Ready, but some checks couldn't be verified"]);
  });

  it('keeps the reason when the form is changed again', async () => {
    const user = show({
      'fleet.candidates': () => [aCandidate('web')],
      'fleet.plan': () => planned(['pass']),
    });
    await user.click(await screen.findByRole('checkbox', { name: 'main / web' }));
    await user.click(screen.getByRole('button', { name: 'Review changes' }));
    await user.type(await screen.findByRole('textbox', { name: 'Reason' }), 'faster search');
    await user.click(screen.getByRole('button', { name: 'Back' }));
    await user.click(screen.getByRole('button', { name: 'Review changes' }));
    expect(await screen.findByRole('textbox', { name: 'Reason' })).toHaveProperty('value', 'faster search');
  });
});
