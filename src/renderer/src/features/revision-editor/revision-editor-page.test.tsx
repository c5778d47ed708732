import { cleanup, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import { type Answers, renderWithEngine } from '../plan/engine.fixture.tsx';
import { RevisionEditorPage } from './revision-editor-page.tsx';

afterEach(cleanup);

const JSON_TEXT = '{\n  "family": "web",\n  "containerDefinitions": []\n}';
const NO_OPTIONS = { from: 0, to: 0, options: [] };

function show(answers: Answers) {
  const scope = { account: 'sandbox', region: 'us-east-1' };
  const whole: Answers = {
    'revisions.draft': () => ({ json: JSON_TEXT }),
    'revisions.check': () => ({ problems: [], differences: [] }),
    'revisions.complete': () => NO_OPTIONS,
    ...answers,
  };
  renderWithEngine(<RevisionEditorPage scope={scope} from="web:41" />, whole);
  return userEvent.setup();
}

describe('a new revision by hand', () => {
  it('is registered as it is written, and says that nothing was lost', async () => {
    const sent: unknown[] = [];
    const user = show({
      'revisions.register': (input) => {
        sent.push(input);
        return { arn: 'arn:web:42', name: 'web:42', family: 'web', lost: [], filledIn: [] };
      },
    });
    const editor = await screen.findByRole('textbox', { name: 'Task definition as JSON' });
    expect(editor.textContent).toContain('"family": "web"');
    await user.type(screen.getByRole('textbox', { name: 'Why' }), 'less memory');
    const register = screen.getByRole('button', { name: 'Register' });
    await waitFor(() => expect(register).toHaveProperty('disabled', false));
    await user.click(register);
    const card = await screen.findByRole('region', { name: 'web:42 is registered' });
    expect(card.textContent).toContain('Nothing lost');
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
    await screen.findByRole('textbox', { name: 'Task definition as JSON' });
    const problem = await screen.findByRole('button', { name: /There is no container/ });
    expect(problem.textContent).toContain('line 3, containerDefinitions');
    expect(screen.getByRole('button', { name: 'Register' })).toHaveProperty('disabled', true);
    await user.click(problem);
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Task definition as JSON');
  });

  it('puts in what is chosen of the completion', async () => {
    const offered = { from: 1, to: 1, options: [{ label: 'cpu', about: 'a text', insert: '"cpu": ' }] };
    const user = show({ 'revisions.complete': () => offered });
    const editor = await screen.findByRole('textbox', { name: 'Task definition as JSON' });
    await user.click(await screen.findByRole('button', { name: /^cpu/ }));
    expect(editor.textContent).toContain('{"cpu": ');
  });
});
