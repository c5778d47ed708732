import type { FailureKind } from '../../../shared/model/deployment.ts';

/** What a reason of ECS means, in words that follow the name of a container: `could not start: ...`. */
export interface Normalized {
  readonly kind: FailureKind;
  readonly cause: string;
}

type Rule = readonly [RegExp, FailureKind, string];

const UNREACHABLE =
  /timeout|timed out|no route|connection refused|connection reset|no such host|deadline exceeded|request canceled|connection issue/i;
const REFUSED = /denied|unauthorized|forbidden|not authorized|\b40[13]\b/i;

/**
 * What ECS, Docker and containerd write of a task that did not start or was stopped, and what it means; the first
 * that fits counts. From "Stopped task error messages" and "Resolve stopped task errors" of the ECS Developer Guide.
 */
const RULES: readonly Rule[] = [
  [/OutOfMemory/i, 'out-of-memory', 'ran out of memory'],
  [
    /exec format error|no matching manifest|does not contain descriptor matching platform|does not match the specified platform/i,
    'wrong-architecture',
    'could not start: its image is built for another CPU architecture',
  ],
  [
    /unable to assume|AssumeRole|role .{0,700} (?:does not exist|cannot be found)/is,
    'role-missing',
    'could not start: its role cannot be assumed',
  ],
  [
    /port is already allocated|address already in use|already using a port|RESOURCE:PORTS/i,
    'port-in-use',
    'could not start: its port is in use',
  ],
  [
    /because of the service deployment configuration/i,
    'deployment-stuck',
    "can't be replaced: the minimum healthy percent and the maximum percent leave no task to stop or start",
  ],
  [
    /insufficient (?:memory|cpu)|RESOURCE:(?:MEMORY|CPU|ENI|GPU|FARGATE)|no container instance|capacity is unavailable|is missing an attribute required/i,
    'no-capacity',
    'found no capacity to run on',
  ],
  [/failed container health checks/i, 'container-health', 'failed its health check'],
];

/** How getting an image, a login, a secret or a log stream can fail. */
function meaningOfPreparation(words: string): Normalized | undefined {
  if (/CannotPull/i.test(words)) return meaningOfPull(words);
  if (!/ResourceInitializationError/i.test(words)) return undefined;
  if (/logger args|log stream|log group/i.test(words)) {
    return { kind: 'log-group-missing', cause: 'could not start: its log group cannot be used' };
  }
  // "unable to pull secrets or registry auth" starts both: what comes after it tells them apart.
  const detail = words.replaceAll(/unable to pull secrets or registry auth/gi, '');
  if (/secret|ssm|parameter|asm|kms/i.test(detail)) {
    return { kind: 'secret-missing', cause: 'could not start: a secret or parameter could not be read' };
  }
  if (UNREACHABLE.test(detail)) {
    return {
      kind: 'registry-unreachable',
      cause: 'could not start: the registry of its image cannot be reached',
    };
  }
  if (REFUSED.test(detail) || /registry auth/i.test(words)) {
    return { kind: 'pull-not-permitted', cause: 'could not start: not allowed to pull its image' };
  }
  return undefined;
}

function meaningOfPull(words: string): Normalized {
  if (REFUSED.test(words)) {
    return { kind: 'pull-not-permitted', cause: 'could not start: not allowed to pull its image' };
  }
  if (UNREACHABLE.test(words)) {
    return {
      kind: 'registry-unreachable',
      cause: 'could not start: the registry of its image cannot be reached',
    };
  }
  if (/not found|manifest unknown|does not exist/i.test(words)) {
    return { kind: 'image-not-found', cause: 'could not start: its image was not found' };
  }
  return { kind: 'pull-failed', cause: 'could not start: its image could not be pulled' };
}

/**
 * What the last lines of a container that exited by itself say about it: the exit code alone tells neither a port that
 * is taken nor an image for another processor, whose start fails inside the container on Fargate.
 */
export function meaningOfLines(lines: readonly string[]): Normalized | undefined {
  const text = lines.join('\n');
  if (/EADDRINUSE|address already in use/i.test(text)) {
    return { kind: 'port-in-use', cause: 'could not start: its port is in use' };
  }
  if (/exec format error/i.test(text)) {
    return {
      kind: 'wrong-architecture',
      cause: 'could not start: its image is built for another CPU architecture',
    };
  }
  return undefined;
}

/** What a reason of ECS means; undefined when it is in none of the known forms. */
export function normalize(words: string): Normalized | undefined {
  const rule = RULES.find(([pattern]) => pattern.test(words));
  if (rule === undefined) return meaningOfPreparation(words);
  const [, kind, cause] = rule;
  return { kind, cause };
}
