import { cleanup, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { Plan, Release } from '../../../../shared/model/plan.ts';
import { type Answer, type Answers, renderWithEngine } from '../../testing/engine.tsx';
import { aPlan, RELEASE, SHARED } from '../../testing/plan.ts';
import { PlanView } from './plan-view.tsx';

afterEach(cleanup);

function show(plan: Plan, answers: Answers = {}) {
  const onExecuted = vi.fn<(release: Release) => void>();
  const onCancel = vi.fn<() => void>();
  const onPlanAgain = vi.fn<() => void>();
  renderWithEngine(
    <PlanView
      plan={plan}
      onExecuted={onExecuted}
      onCancel={onCancel}
      onPlanAgain={onPlanAgain}
      onBusyChange={() => undefined}
    />,
    answers,
  );
  return { onExecuted, onCancel, onPlanAgain, user: userEvent.setup() };
}

describe('a plan', () => {
  it('cannot be executed in production until the exact name is typed', async () => {
    const execute = vi.fn<Answer<'releases.execute'>>(() => RELEASE);
    const { user, onExecuted } = show(aPlan({ environment: 'production', confirmation: 'web' }), {
      'releases.execute': execute,
    });
    const name = screen.getByLabelText(/Type web to deploy/);

    await user.type(name, 'we{Enter}');
    expect(execute).not.toHaveBeenCalled();

    await user.type(name, 'b{Enter}');
    await waitFor(() => expect(onExecuted).toHaveBeenCalledWith(RELEASE));
    expect(execute).toHaveBeenCalledExactlyOnceWith(
      { plan: aPlan().id, confirmation: 'web' },
      expect.anything(),
    );
  });

  it('that needs a second person is shared with its reason, and says how the other person executes it', async () => {
    const share = vi.fn<Answer<'releases.share'>>(() => SHARED);
    const checks = [
      { rule: 'two-people', result: 'fail', message: 'A second person has to execute this plan' } as const,
    ];
    const { user, onExecuted } = show(
      aPlan({ needsSecondPerson: true, canExecute: false, confirmation: 'web', checks }),
      { 'releases.share': share },
    );
    expect(screen.queryByRole('textbox', { name: 'Type web to deploy' })).toBeNull();
    await user.type(screen.getByRole('textbox', { name: 'Reason' }), 'OPS-12');
    const button = screen.getByRole('button', { name: /Share for a second person/ });
    const shown: Element[] = [];
    vi.spyOn(HTMLElement.prototype, 'scrollIntoView').mockImplementation(function (this: Element) {
      shown.push(this);
    });
    await user.click(button);
    const answer = await screen.findByRole('status');
    expect(answer.textContent).toContain(`slipway execute ${SHARED.id} -c main`);
    // The checks above it may be longer than the window.
    expect(shown).toContain(answer);
    expect(share).toHaveBeenCalledExactlyOnceWith({ plan: aPlan().id, why: 'OPS-12' }, expect.anything());
    expect(button).toHaveProperty('disabled', true);
    expect(onExecuted).not.toHaveBeenCalled();
  });

  it('gives the field of the name the focus when it is to be executed without the name', async () => {
    const { user } = show(aPlan({ environment: 'production', confirmation: 'web' }), {});
    await user.type(screen.getByRole('textbox', { name: 'Reason' }), 'OPS-12{Control>}{Enter}{/Control}');
    expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Type web to deploy' }));
  });

  it('cannot be executed without the reason that a rule asks for', async () => {
    const execute = vi.fn<Answer<'releases.execute'>>(() => RELEASE);
    const { user, onExecuted } = show(aPlan({ needsReason: true }), { 'releases.execute': execute });
    expect(screen.getByText('Required by a rule, saved in the journal')).toBeTruthy();
    const reason = screen.getByRole('textbox', { name: 'Reason' });
    await user.type(reason, '  {Enter}');
    expect(execute).not.toHaveBeenCalled();
    await user.type(reason, 'OPS-12{Enter}');
    await waitFor(() => expect(onExecuted).toHaveBeenCalledWith(RELEASE));
  });

  it('shows the monthly cost before and after, and says when it is unknown', () => {
    show(aPlan({ cost: { before: 29.554, after: 59.1, pricesOf: '2026-01' } }));
    const both = '$29.55 a month before, $59.10 a month after, at Fargate list prices of 2026-01';
    expect(screen.getByText(both)).toBeTruthy();
    cleanup();
    show(aPlan({ cost: { before: 29.554, pricesOf: '2026-01' } }));
    expect(screen.getByText(/^\$29\.55 a month before, not known after/)).toBeTruthy();
    cleanup();
    show(aPlan({ cost: { after: 59.1, pricesOf: '2026-01' } }));
    expect(screen.getByText(/^Not known before, \$59\.10 a month after/)).toBeTruthy();
    cleanup();
    show(aPlan());
    expect(screen.queryByText(/a month before/)).toBeNull();
  });

  it('has the policy of a refused permission to copy, and nothing to copy for other checks', async () => {
    const policy = '{ "Version": "2012-10-17" }';
    const check = { rule: 'call-permission', result: 'fail', overridable: true } as const;
    const message = "You aren't allowed to use ecs:UpdateService";
    const { user } = show(
      aPlan({
        checks: [
          { ...check, message, policy },
          { ...check, rule: 'image', message: 'It is gone' },
        ],
      }),
    );
    const [button, ...others] = screen.getAllByRole('button', { name: 'Copy IAM policy' });
    if (button === undefined) throw new Error('There is no button.');
    expect(others).toEqual([]);
    await user.click(button);
    expect(await screen.findByRole('button', { name: 'Copied' })).toBeTruthy();
    expect(await navigator.clipboard.readText()).toBe(policy);
  });

  it('sends the reason along', async () => {
    const execute = vi.fn<Answer<'releases.execute'>>(() => RELEASE);
    const { user } = show(aPlan(), { 'releases.execute': execute });
    await user.type(screen.getByLabelText('Reason'), 'SHOP-1182');
    await user.click(screen.getByRole('button', { name: 'Deploy' }));
    await waitFor(() =>
      expect(execute).toHaveBeenCalledWith({ plan: aPlan().id, why: 'SHOP-1182' }, expect.anything()),
    );
  });

  it('sends the commit, and does not tag the revision when that is unchecked', async () => {
    const execute = vi.fn<Answer<'releases.execute'>>(() => RELEASE);
    const { user } = show(aPlan(), { 'releases.execute': execute });
    await user.type(screen.getByLabelText('Git commit'), '4be91d7');
    await user.click(screen.getByRole('checkbox', { name: /Tag the revision/ }));
    await user.click(screen.getByRole('button', { name: 'Deploy' }));
    await waitFor(() =>
      expect(execute).toHaveBeenCalledWith(
        { plan: aPlan().id, commit: '4be91d7', tagRevision: false },
        expect.anything(),
      ),
    );
  });

  it('has the commit that was typed before a crash, for the same images only', async () => {
    const { user } = show(aPlan());
    await user.type(screen.getByLabelText('Git commit'), '4be91d7');
    cleanup();
    show(aPlan({ id: 'b1f1b9ec-2a06-4b9b-9a51-62ad2a3c3b0e' }));
    expect(screen.getByDisplayValue('4be91d7')).toBe(screen.getByLabelText('Git commit'));
    cleanup();
    const other = { container: 'app', change: 'changed', after: { image: 'acme/web:2.0.0' } } as const;
    show(aPlan({ images: [other] }));
    expect(screen.queryByDisplayValue('4be91d7')).toBeNull();
    localStorage.clear();
  });

  it('does not show the digest and size of the running image as those of an image that cannot be read', () => {
    const {
      images: [change],
    } = aPlan();
    if (change?.before?.digest === undefined) throw new Error('The plan has no image.');
    const facts = {
      repository: 'acme/web',
      digest: change.before.digest,
      tags: ['1.8.3'],
      sizeBytes: 18_900_000,
      platforms: [],
      status: 'ACTIVE',
    };
    show(
      aPlan({
        images: [
          { ...change, before: { ...change.before, facts }, after: { image: 'nginx:1.27', tag: '1.27' } },
        ],
      }),
    );
    expect(screen.getByText(/→ unknown/, { selector: 'span span' }).textContent).toMatch(/^\w{8} → unknown$/);
    expect(screen.getByText('18.9 MB').parentElement?.textContent).toBe('18.9 MB → unknown');
  });

  it('with a failed check cannot be executed, and says so', () => {
    show(
      aPlan({
        canExecute: false,
        checks: [{ rule: 'image', result: 'fail', message: 'acme/web:1.9.0 is not there' }],
      }),
    );
    expect(screen.getByRole('button', { name: 'Deploy' }).hasAttribute('disabled')).toBe(true);
    expect(screen.getByText(/A check failed/)).toBeTruthy();
  });

  it('with failed checks can be executed once each overridable check is overridden', async () => {
    const execute = vi.fn<Answer<'releases.execute'>>(() => RELEASE);
    const image = { result: 'fail', overridable: true } as const;
    const plan = aPlan({
      canExecute: false,
      checks: [
        { rule: 'image', subject: 'app', message: 'The image of app is not there', ...image },
        { rule: 'movement', message: 'The deployment cannot move', ...image },
      ],
    });
    const { user } = show(plan, { 'releases.execute': execute });
    const deploy = screen.getByRole('button', { name: 'Deploy' });
    await user.click(
      screen.getByRole('checkbox', { name: 'Override this check: The image of app is not there' }),
    );
    expect(deploy.hasAttribute('disabled')).toBe(true);
    await user.click(
      screen.getByRole('checkbox', { name: 'Override this check: The deployment cannot move' }),
    );
    await user.click(deploy);
    await waitFor(() =>
      expect(execute).toHaveBeenCalledExactlyOnceWith(
        { plan: plan.id, overrides: ['image:app', 'movement'] },
        expect.anything(),
      ),
    );
  });

  it('that warns of an archived image restores it in a click, and says how long that takes', async () => {
    const restore = vi.fn<Answer<'images.restore'>>(() => ({ status: 'ACTIVATING' }));
    const archived = {
      account: 'sandbox',
      region: 'us-east-1',
      repository: 'web',
      image: `sha256:${'a'.repeat(64)}`,
    };
    const check = { rule: 'rollback', result: 'warn', message: 'A rollback would fail', archived } as const;
    const { user } = show(aPlan({ checks: [check] }), { 'images.restore': restore });
    await user.click(screen.getByRole('button', { name: 'Restore image' }));
    expect(await screen.findByText(/ECR is restoring the image, which takes up to 20 minutes/)).toBeTruthy();
    expect(restore.mock.calls[0]?.[0]).toEqual(archived);
  });

  it('that AWS would refuse offers no override', () => {
    show(aPlan({ canExecute: false, checks: [{ rule: 'service', result: 'fail', message: 'It is gone' }] }));
    expect(screen.queryByRole('checkbox', { name: /^Override this check/ })).toBeNull();
  });

  it('is copied as commands of the AWS CLI', async () => {
    const { user } = show(aPlan({ commands: ['cat > web.json', 'aws ecs update-service'] }));
    await user.click(screen.getByRole('button', { name: 'Copy as AWS CLI' }));
    expect(await screen.findByRole('button', { name: 'Copied' })).toBeTruthy();
    expect(await navigator.clipboard.readText()).toBe('cat > web.json\naws ecs update-service\n');
  });

  it('sends a link along, and only an address', async () => {
    const execute = vi.fn<Answer<'releases.execute'>>(() => RELEASE);
    const { user } = show(aPlan(), { 'releases.execute': execute });
    const link = screen.getByLabelText('Link');
    await user.type(link, 'SHOP-1182');
    expect(screen.getByText(/Enter a link/)).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Deploy' }).hasAttribute('disabled')).toBe(true);
    await user.clear(link);
    await user.type(link, 'https://acme.test/SHOP-1182{Enter}');
    await waitFor(() =>
      expect(execute).toHaveBeenCalledWith(
        { plan: aPlan().id, link: 'https://acme.test/SHOP-1182' },
        expect.anything(),
      ),
    );
  });

  it('shows what changes about the service beside the task definition', () => {
    const serviceDifferences = [
      { subject: 'maximum', name: '', kind: 'changed', before: '200 %', after: '150 %' } as const,
    ];
    show(aPlan({ images: [], differences: [], serviceDifferences }));
    expect(screen.getByText('maximum')).toBeTruthy();
    expect(screen.getByText('150 %')).toBeTruthy();
  });

  it('shows fails and warnings before passes, and folds the many passes', async () => {
    const passes = Array.from({ length: 7 }, (_, index) => ({
      rule: `pass-${index}`,
      result: 'pass' as const,
      message: `Passed ${index}`,
    }));
    const { user } = show(
      aPlan({ checks: [...passes, { rule: 'tag', result: 'warn', message: 'The tag can be overwritten' }] }),
    );
    const messages = (): (string | null)[] =>
      screen.getAllByRole('listitem').map(({ textContent }) => textContent);
    expect(messages()[0]).toContain('The tag can be overwritten');
    expect(screen.queryByText('Passed 6')).toBeNull();

    await user.click(screen.getByRole('button', { name: 'Show 3 more passed' }));
    expect(screen.getByText('Passed 6')).toBeTruthy();
  });

  it('that is out of date offers a refresh', async () => {
    const { user, onPlanAgain, onExecuted } = show(aPlan(), {
      'releases.execute': () => {
        throw new SlipwayError('STALE_PLAN', 'Somebody else has deployed web meanwhile. Refresh.');
      },
    });
    await user.click(screen.getByRole('button', { name: 'Deploy' }));
    expect((await screen.findByRole('alert')).textContent).toContain('Somebody else has deployed web');
    await user.click(screen.getByRole('button', { name: 'Refresh' }));
    expect(onPlanAgain).toHaveBeenCalledOnce();
    expect(onExecuted).not.toHaveBeenCalled();
  });

  it('that stopped halfway offers to continue, or to deregister the revision', async () => {
    const { user, onExecuted } = show(aPlan(), {
      'releases.execute': () => {
        throw new SlipwayError('UNAVAILABLE', 'web:42 is registered, but web was not updated.', {
          detail: {
            releaseId: RELEASE.id,
            taskDefinitionArn: 'arn:aws:ecs:us-east-1:111111111111:task-definition/web:42',
          },
        });
      },
      'releases.resume': () => RELEASE,
    });
    await user.click(screen.getByRole('button', { name: 'Deploy' }));
    expect(await screen.findByRole('button', { name: 'Deregister web:42' })).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Deploy' }).hasAttribute('disabled')).toBe(true);
    await user.click(screen.getByRole('button', { name: 'Continue deployment' }));
    await waitFor(() => expect(onExecuted).toHaveBeenCalledWith(RELEASE));
  });

  it('for a rollback that asks for a name has its field focused, and the passed checks folded', async () => {
    const execute = vi.fn<Answer<'releases.execute'>>(() => RELEASE);
    const { user, onExecuted } = show(
      aPlan({
        kind: 'rollback',
        confirmation: 'web',
        checks: [
          { rule: 'image', result: 'pass', message: 'The image exists' },
          { rule: 'secret', result: 'unknown', message: "Couldn't verify the secret" },
        ],
      }),
      { 'releases.execute': execute },
    );
    expect(screen.getByText("Couldn't verify the secret")).toBeTruthy();
    expect(screen.queryByText('The image exists')).toBeNull();
    await user.keyboard('{Enter}');
    expect(execute).not.toHaveBeenCalled();
    await user.keyboard('web{Enter}');
    await waitFor(() => expect(onExecuted).toHaveBeenCalledWith(RELEASE));
    await user.click(screen.getByRole('button', { name: 'Show the passed check' }));
    expect(screen.getByText('The image exists')).toBeTruthy();
  });

  it('for a rollback has Cancel preselected, so that Enter does nothing', async () => {
    const execute = vi.fn<Answer<'releases.execute'>>(() => RELEASE);
    const { user, onCancel } = show(aPlan({ kind: 'rollback' }), { 'releases.execute': execute });
    await user.keyboard('{Enter}');
    expect(onCancel).toHaveBeenCalledOnce();
    expect(execute).not.toHaveBeenCalled();
  });
});
