import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import { type Answers, renderWithEngine } from '../../testing/engine.tsx';
import { RevisionEditorPage } from './revision-editor-page.tsx';

afterEach(cleanup);

const JSON_TEXT = '{\n  "family": "web",\n  "containerDefinitions": []\n}';
const WHOLE = JSON.stringify({
  family: 'web',
  volumes: [{ name: 'data' }],
  containerDefinitions: [
    { name: 'app', image: 'web:1', environment: [{ name: 'MODE', value: 'old' }], ulimits: [] },
  ],
});
const NO_OPTIONS = { from: 0, to: 0, options: [] };

function show(answers: Answers) {
  const scope = { account: 'sandbox', region: 'us-east-1' };
  const whole: Answers = {
    'revisions.draft': () => ({ json: JSON_TEXT, choices: { networkMode: ['awsvpc', 'bridge'] } }),
    'revisions.check': () => ({ problems: [], differences: [] }),
    'revisions.complete': () => NO_OPTIONS,
    ...answers,
  };
  renderWithEngine(<RevisionEditorPage scope={scope} from="web:41" />, whole);
  return userEvent.setup();
}

describe('a new revision by hand', () => {
  it('of an address without a revision says so, with the way to the task definitions', async () => {
    renderWithEngine(<RevisionEditorPage scope={{ account: 'sandbox', region: 'us-east-1' }} from="" />, {});
    expect(await screen.findByText('This address names no revision to start from.')).toBeDefined();
    expect(screen.getByRole('link').getAttribute('href')).toContain('/families');
  });

  it('names the settings of its base that this version would lose', async () => {
    show({
      'revisions.draft': () => ({
        json: JSON_TEXT,
        choices: {},
        missing: ['containerDefinitions.gpuSharing'],
      }),
    });
    expect(
      await screen.findByText(/^web:41 has settings .*: containerDefinitions\.gpuSharing\./),
    ).toBeDefined();
  });

  it('is registered as it is written, and says that nothing was lost', async () => {
    const sent: unknown[] = [];
    const user = show({
      'revisions.register': (input) => {
        sent.push(input);
        return { arn: 'arn:web:42', name: 'web:42', family: 'web', lost: [], filledIn: [] };
      },
    });
    await user.click(await screen.findByRole('radio', { name: 'JSON' }));
    const editor = await screen.findByRole('textbox', { name: 'Task definition as JSON' });
    expect(editor.textContent).toContain('"family": "web"');
    await user.type(screen.getByRole('textbox', { name: 'Reason' }), 'less memory');
    const register = screen.getByRole('button', { name: 'Register' });
    await waitFor(() => expect(register).toHaveProperty('disabled', false));
    await user.click(register);
    const card = await screen.findByRole('region', { name: 'web:42 is registered' });
    expect(card.textContent).toContain('AWS stored the revision as it was sent');
    expect(register).toHaveProperty('disabled', true);
    expect(screen.getByRole('button', { name: 'Deploy…' })).toHaveProperty('disabled', false);
    expect(sent).toEqual([{ account: 'sandbox', region: 'us-east-1', json: JSON_TEXT, note: 'less memory' }]);
  });

  it('names its problems with their lines, and cannot be registered with one', async () => {
    const user = show({
      'revisions.check': () => ({
        problems: [
          {
            severity: 'error',
            path: 'containerDefinitions',
            message: 'There is no container',
            offset: 21,
            line: 3,
            column: 3,
          },
        ],
        differences: [],
      }),
    });
    await user.click(await screen.findByRole('radio', { name: 'JSON' }));
    await screen.findByRole('textbox', { name: 'Task definition as JSON' });
    const problem = await screen.findByRole('button', { name: /There is no container/ });
    expect(problem.textContent).toContain('line 3, containerDefinitions');
    expect(screen.getByRole('button', { name: 'Register' })).toHaveProperty('disabled', true);
    await user.click(problem);
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Task definition as JSON');
  });

  it('puts in what is chosen of the completion', async () => {
    const offered = { from: 1, to: 1, options: [{ label: 'cpu', about: 'a string', insert: '"cpu": ' }] };
    const user = show({ 'revisions.complete': () => offered });
    await user.click(await screen.findByRole('radio', { name: 'JSON' }));
    const editor = await screen.findByRole('textbox', { name: 'Task definition as JSON' });
    await user.click(editor);
    await user.keyboard('{Control>} {/Control}');
    await user.click(await screen.findByRole('option', { name: /^cpu/ }));
    expect(editor.textContent).toContain('{"cpu": ');
  });

  it('is written in a form, which keeps what it has no fields for', async () => {
    const sent: unknown[] = [];
    const user = show({
      'revisions.draft': () => ({ json: WHOLE, choices: { networkMode: ['awsvpc', 'bridge'] } }),
      'revisions.register': (input) => {
        sent.push(JSON.parse(input.json));
        return { arn: 'arn:web:42', name: 'web:42', family: 'web', lost: [], filledIn: [] };
      },
    });
    const form = await screen.findByRole('form', { name: 'Task definition' });
    expect(form.textContent).toContain('Edit these in the JSON: volumes');
    await user.selectOptions(screen.getByLabelText('Network mode'), 'awsvpc');
    const app = screen.getByRole('group', { name: 'Container app' });
    const image = within(app).getByLabelText('Image');
    await user.clear(image);
    await user.type(image, 'web:2');
    await user.click(within(app).getByRole('button', { name: 'Add a variable' }));
    const added = within(app).getByRole('group', { name: 'variable 2' });
    await user.type(within(added).getByLabelText('Name'), 'LEVEL');
    await user.click(within(app).getByRole('button', { name: 'Remove variable 1' }));
    const register = screen.getByRole('button', { name: 'Register' });
    await waitFor(() => expect(register).toHaveProperty('disabled', false));
    await user.click(register);
    await screen.findByRole('region', { name: 'web:42 is registered' });
    expect(sent).toEqual([
      {
        family: 'web',
        networkMode: 'awsvpc',
        volumes: [{ name: 'data' }],
        containerDefinitions: [
          { name: 'app', image: 'web:2', environment: [{ name: 'LEVEL', value: '' }], ulimits: [] },
        ],
      },
    ]);
  });

  it('says what is wrong at the field, and leads there', async () => {
    const user = show({
      'revisions.draft': () => ({ json: WHOLE, choices: {} }),
      'revisions.check': () => ({
        problems: [
          {
            severity: 'error',
            path: 'containerDefinitions[0].image',
            message: 'This must be a string',
            offset: 21,
            line: 3,
            column: 3,
          },
        ],
        differences: [],
      }),
    });
    const image = await screen.findByLabelText('Image');
    await waitFor(() => expect(image).toHaveProperty('ariaInvalid', 'true'));
    await user.click(screen.getByRole('button', { name: /This must be a string/ }));
    expect(document.activeElement).toBe(image);
  });

  it('stays JSON while it cannot be read', async () => {
    const user = show({});
    await user.click(await screen.findByRole('radio', { name: 'JSON' }));
    const editor = await screen.findByRole('textbox', { name: 'Task definition as JSON' });
    await user.click(editor);
    await user.keyboard('x');
    await waitFor(() => expect(screen.getByRole('radio', { name: 'Form' })).toHaveProperty('disabled', true));
  });
});

/** Whether closing the tab asks first. */
function asksOnClose(): boolean {
  const closing = new Event('beforeunload', { cancelable: true });
  window.dispatchEvent(closing);
  return closing.defaultPrevented;
}

describe('a draft of a revision', () => {
  const withPassword = JSON.stringify({
    family: 'web',
    containerDefinitions: [
      { name: 'app', image: 'web:1', environment: [{ name: 'DB_PASSWORD', value: 'old' }] },
    ],
  });
  const answers: Answers = { 'revisions.draft': () => ({ json: withPassword, choices: {} }) };

  it('lets the tab close where all of it is kept, and asks where a value is not', async () => {
    const user = show({});
    await user.type(await screen.findByRole('textbox', { name: 'Reason' }), 'less memory');
    expect(asksOnClose()).toBe(false);
    cleanup();
    window.localStorage.clear();
    const next = show(answers);
    const value = await screen.findByDisplayValue('old');
    await next.clear(value);
    await next.type(value, 'hunter2');
    expect(screen.getByText(/Not stored, because it may be secret/)).toBeDefined();
    expect(asksOnClose()).toBe(true);
  });

  it('is restored without values that may be secret, and can be discarded', async () => {
    const user = show(answers);
    const image = await screen.findByLabelText<HTMLInputElement>('Image');
    await user.clear(image);
    await user.type(image, 'web:2');
    const value = within(screen.getByRole('group', { name: 'variable 1' })).getByLabelText('Value');
    await user.clear(value);
    await user.type(value, 'typed-now');
    await user.type(screen.getByRole('textbox', { name: 'Reason' }), 'less memory');
    expect(screen.getByText(/Not stored, because it may be secret: the value of DB_PASSWORD/)).toBeTruthy();
    cleanup();
    expect(JSON.stringify(Object.values(window.localStorage))).not.toMatch(/typed-now|old/);

    const again = show(answers);
    const notice = await screen.findByText(/Draft restored/);
    expect(notice.textContent).toContain('Enter again: the value of DB_PASSWORD');
    expect(screen.getByLabelText<HTMLInputElement>('Image').value).toBe('web:2');
    expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Reason' }).value).toBe('less memory');

    await again.click(screen.getByRole('button', { name: 'Discard draft' }));
    expect(screen.getByLabelText<HTMLInputElement>('Image').value).toBe('web:1');
    expect(screen.queryByText(/Draft restored/)).toBeNull();
    expect(Object.keys(window.localStorage).filter((key) => key.includes('draft'))).toEqual([]);
  });

  it('is restored as JSON that is not finished', async () => {
    const user = show({});
    await user.click(await screen.findByRole('radio', { name: 'JSON' }));
    await user.click(await screen.findByRole('textbox', { name: 'Task definition as JSON' }));
    await user.keyboard('x');
    await screen.findByText(/Draft stored in this browser/);
    cleanup();
    show({});
    const editor = await screen.findByRole('textbox', { name: 'Task definition as JSON' });
    expect(editor.textContent).toMatch(/^x\{/);
  });

  it('is forgotten once it is registered', async () => {
    const user = show({
      ...answers,
      'revisions.register': () => ({
        arn: 'arn:web:42',
        name: 'web:42',
        family: 'web',
        lost: [],
        filledIn: [],
      }),
    });
    const image = await screen.findByLabelText('Image');
    await user.type(image, '2');
    const register = screen.getByRole('button', { name: 'Register' });
    await waitFor(() => expect(register).toHaveProperty('disabled', false));
    await user.click(register);
    await screen.findByRole('region', { name: 'web:42 is registered' });
    expect(Object.keys(window.localStorage).filter((key) => key.includes('draft'))).toEqual([]);
  });

  it('is shown beside its differences from the base revision', async () => {
    show({
      ...answers,
      'revisions.check': () => ({
        problems: [],
        differences: [{ subject: 'cpu', name: '', before: '256', after: '512', kind: 'changed' }],
      }),
    });
    const card = await screen.findByRole('region', { name: 'Differences from web:41' });
    await waitFor(() => expect(card.textContent).toContain('cpu'));
  });
});
