import { syntaxTree } from '@codemirror/language';
import type { Diagnostic } from '@codemirror/lint';
import type { EditorState } from '@codemirror/state';
import type { RegistrationProblem } from '../../../../shared/model/registration.ts';

/** The engine's problems as the editor marks them: each at the name or value that begins there. */
export function diagnosticsOf(
  state: EditorState,
  problems: readonly RegistrationProblem[],
): readonly Diagnostic[] {
  return problems.map(({ offset, severity, message }) => {
    // The problems may be of a longer text than what stands here by now.
    const from = Math.min(offset, state.doc.length);
    const node = syntaxTree(state).resolveInner(from, 1);
    const isWord = node.from === from && node.firstChild === null;
    const to = Math.min(isWord ? node.to : from + 1, state.doc.lineAt(from).to);
    return { from, to: Math.max(from, to), severity, message };
  });
}
