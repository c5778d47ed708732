import type { Dispatcher } from './dispatcher.ts';
import { hideIn, hideInTexts, type KnownSecrets } from './known-secrets.ts';

/**
 * The last gate before a host: secrets are hidden in every error and event. Answers pass unchanged, since they may be
 * documents that are sent back, such as the JSON of a task definition; the sentences in them are made of errors, which
 * were cleaned where they came in.
 */
export function hideSecrets(dispatcher: Dispatcher, secrets: KnownSecrets): Dispatcher {
  return {
    connect(sendEvent) {
      const connection = dispatcher.connect((id, event) => sendEvent(id, hideIn(event, secrets)));
      return {
        async call(request) {
          const answer = await connection.call(request);
          if (answer.ok) return answer;
          const { message, detail } = answer.error;
          return {
            ok: false,
            error: {
              ...answer.error,
              message: secrets.hide(message),
              detail: { ...hideInTexts(detail, secrets) },
            },
          };
        },
        cancel: (id) => connection.cancel(id),
        close: () => connection.close(),
      };
    },
  };
}
