import { useEffect, useMemo, useState } from 'react';
import {
  type ExpressionEngine,
  type ExpressionProblem,
  expressionSearch,
  type LogFilter,
  loadExpressions,
  matcherOf,
  type Search,
  textSearch,
} from './log-filter.ts';
import type { LogEntry } from './log-store.ts';

interface CompiledText {
  /** Undefined where nothing is looked for, and while an expression is not one. */
  readonly search: Search | undefined;
  readonly problem: ExpressionProblem | undefined;
  /** False while the code for expressions is loaded: the lines stay as they were. */
  readonly isReady: boolean;
}

interface LogSearch extends Pick<CompiledText, 'search' | 'problem'> {
  /** The rule that says what is shown; undefined while it is not ready. */
  readonly matches: ((entry: LogEntry) => boolean) | undefined;
}

/** What the filter looks for, and the rule that follows from it. */
export function useLogSearch(filter: LogFilter): LogSearch {
  const { search, problem, isReady } = useCompiledText(filter);
  const matches = useMemo(() => (isReady ? matcherOf(filter, search) : undefined), [isReady, filter, search]);
  return { search, problem, matches };
}

/** The code for regular expressions is loaded when one is typed. */
function useCompiledText({ text, isExpression, isCaseSensitive }: LogFilter): CompiledText {
  const [engine, setEngine] = useState<ExpressionEngine>();
  const isMissing = isExpression && text !== '' && engine === undefined;
  useEffect(() => {
    if (!isMissing) return;
    let isOver = false;
    void loadExpressions().then((loaded) => {
      if (!isOver) setEngine(loaded);
    });
    return () => {
      isOver = true;
    };
  }, [isMissing]);
  return useMemo(() => {
    const nothing = { search: undefined, problem: undefined };
    if (text === '') return { ...nothing, isReady: true };
    if (!isExpression) return { ...nothing, search: textSearch(text, isCaseSensitive), isReady: true };
    if (engine === undefined) return { ...nothing, isReady: false };
    const compiled = expressionSearch(engine, text, isCaseSensitive);
    return compiled.kind === 'search'
      ? { search: compiled.search, problem: undefined, isReady: true }
      : { search: undefined, problem: compiled.problem, isReady: true };
  }, [text, isExpression, isCaseSensitive, engine]);
}
