import {
  DoesNotExistException$,
  ResumeSessionCommand,
  StartSessionCommand,
  TargetNotConnected$,
  TerminateSessionCommand,
} from '@aws-sdk/client-ssm';
import { awsError, type Operation, operation } from '../../aws-api/service.ts';
import type { ExecTarget } from '../sessions/exec-target.ts';
import type { Sessions } from '../sessions/sessions.ts';

/** What the sessions of Systems Manager need: containers by the target that AWS gives them. */
export interface SessionParts {
  readonly sessions: Sessions;
  readonly findTarget: (region: string, target: string) => ExecTarget | undefined;
}

const PORT_DOCUMENT = 'AWS-StartPortForwardingSession';
const REMOTE_DOCUMENT = 'AWS-StartPortForwardingSessionToRemoteHost';

/** Sessions: ports of containers, and the life of those that ECS Exec has opened. */
export function sessionOperations({ sessions, findTarget }: SessionParts): readonly Operation[] {
  return [
    // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_StartSession.html
    operation(StartSessionCommand, ({ Target = '', DocumentName, Parameters = {} }, { region }) => {
      const target = findTarget(region, Target);
      if (target === undefined) throw awsError(TargetNotConnected$, `${Target} is not connected.`);
      if (DocumentName !== PORT_DOCUMENT && DocumentName !== REMOTE_DOCUMENT) {
        throw awsError(
          'InvalidDocument',
          `The sandbox knows the documents ${PORT_DOCUMENT} and ${REMOTE_DOCUMENT} only.`,
        );
      }
      const port = Number(Parameters.portNumber?.[0]);
      if (!Number.isInteger(port) || port < 1 || port > 65_535) {
        throw awsError('InvalidParameters', 'The parameter portNumber is not a port.');
      }
      // https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-sessions-start.html
      const host = DocumentName === REMOTE_DOCUMENT ? (Parameters.host?.[0] ?? 'localhost') : undefined;
      const { sessionId, streamUrl, tokenValue } = sessions.forward(target, { port, host });
      return { SessionId: sessionId, StreamUrl: streamUrl, TokenValue: tokenValue };
    }),
    operation(ResumeSessionCommand, ({ SessionId = '' }) => {
      const resumed = sessions.resume(SessionId);
      if (resumed === undefined)
        throw awsError(DoesNotExistException$, `Session ${SessionId} does not exist.`);
      const { sessionId, streamUrl, tokenValue } = resumed;
      return { SessionId: sessionId, StreamUrl: streamUrl, TokenValue: tokenValue };
    }),
    // AWS answers the id of a session that has ended, too.
    operation(TerminateSessionCommand, ({ SessionId = '' }) => {
      sessions.terminate(SessionId);
      return { SessionId };
    }),
  ];
}
