import { useEffect, useRef } from 'react';
import styles from './build-log.module.css';
import { BUILD_TEXT } from './docker-text.ts';
import type { BuildProgress } from './use-build.ts';

/** What has been sent, then the step of a build and the end of its log, which follows what comes. */
export function BuildLog({ progress }: { readonly progress: BuildProgress }) {
  const { context, step, lines, dropped } = progress;
  const log = useRef<HTMLPreElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines are what it follows
  useEffect(() => {
    log.current?.scrollTo({ top: log.current.scrollHeight });
  }, [lines]);

  return (
    <div>
      {context && !step && (
        <p className={styles.step} role="status">
          {BUILD_TEXT.context(context)}
        </p>
      )}
      {step && (
        <p className={styles.step} role="status">
          {BUILD_TEXT.step(step.step, step.of)} <span className={styles.instruction}>{step.instruction}</span>
        </p>
      )}
      {lines.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <pre ref={log} className={styles.log} role="log" tabIndex={0} aria-label={BUILD_TEXT.log}>
          {dropped > 0 ? `${BUILD_TEXT.dropped(dropped)}\n` : ''}
          {lines.join('\n')}
        </pre>
      )}
    </div>
  );
}
