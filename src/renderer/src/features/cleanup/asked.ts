import { useState } from 'react';

/** What the person asked to see. The number makes asking for the same again a new preview. */
type Asked<Question> = Question & { readonly number: number };

/** The preview that is on the screen: which, how to ask for another one, and how to put it away. */
export function useAsked<Question extends object>() {
  const [asked, setAsked] = useState<Asked<Question>>();
  return {
    asked,
    ask: (question: Question): void =>
      setAsked((before) => ({ ...question, number: (before?.number ?? 0) + 1 })),
    putAway: (): void => setAsked(undefined),
  };
}
