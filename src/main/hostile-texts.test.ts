import { describe, expect, it } from 'vitest';
import { mayBeSecret } from '../shared/looks-secret.ts';
import { coloredSegments } from './cli/command/terminal-colors.ts';
import { readScriptFacts } from './cli/init/script-facts.ts';
import { hideSecretValues } from './cli/mcp/hide-values.ts';
import { failedHealthChecks } from './engine/catalog/service-events.ts';
import { linesOf } from './engine/docker/build-log.ts';
import { readDockerfile } from './engine/docker/dockerfile.ts';
import { isSame } from './engine/drift/same-value.ts';
import { ignoredChanges } from './engine/drift/terraform-configuration.ts';
import { normalize } from './engine/task-failures/failure-meanings.ts';

// Each of these texts once took minutes, or hours: a pattern began again at every place of them. The limit of a test ends
// what takes that long; how fast a machine is says nothing.

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl';

describe('texts of others are read in linear time', () => {
  it('a log with many beginnings of tokens, in which a token is hidden', () => {
    const line = '-eyJ'.repeat(250_000);
    expect(hideSecretValues(line, 'harmless')).toBe(line);
    const shown = hideSecretValues(`${line} x-${TOKEN}.rest, ${TOKEN}`, 'harmless');
    expect(shown).toBe(`${line} x-[hidden].rest, [hidden]`);
    expect(hideSecretValues('eyJhbGciOiJI.short.x eyJhbGciOiJI', 'harmless')).toContain('eyJhbGciOiJI.short');
  });

  it('the value of a variable with many beginnings of tokens', () => {
    expect(mayBeSecret('VALUE', '-eyJ.'.repeat(250_000))).toBe(false);
    expect(mayBeSecret('VALUE', '-eyJ'.repeat(250_000))).toBe(true);
  });

  it('the reason of a task that was stopped', () => {
    expect(normalize('role '.repeat(60_000))).toBeUndefined();
    expect(normalize('The role arn:aws:iam::111122223333:role/web does not exist')?.kind).toBe(
      'role-missing',
    );
  });

  it('an event of a service', () => {
    const now = new Date();
    const begin = '(target-group '.repeat(200_000);
    const message = `(service web) (port 80) is unhealthy in ${begin}arn:aws:x:targetgroup/web/1)`;
    const service = { events: [{ message, createdAt: now }] };
    expect(failedHealthChecks(service, undefined, now).targetGroup).toBe('web');
  });

  it('a script with references to variables that have no end', () => {
    const open = `X=\${${'a'.repeat(80)}${'=-'.repeat(300)}`;
    expect(readScriptFacts(`${open}\n`.repeat(500))).toEqual([]);
    const script = `NAME=shop\naws ecs update-service --service "\${NAME}-\${STAGE:-live}"\n`;
    expect(readScriptFacts(script)).toContainEqual(expect.objectContaining({ value: 'shop-live' }));
  });

  it('a Dockerfile with references to variables, or with here-documents, that have no end', () => {
    expect(readDockerfile(`ARG A=${'${A'.repeat(300_000)}\nFROM alpine`).images).toEqual(['alpine']);
    const text = `FROM alpine\nRUN ${'<<A '.repeat(20_000)}\n${'RUN x\n'.repeat(200_000)}`;
    expect(readDockerfile(text).onlyBuildKit).toEqual(['a here-document in RUN']);
    const between = readDockerfile(`ARG A=3\nFROM \${B}alpine:\${A}\nFROM node:\${A#v}x`);
    expect(between.images).toEqual(['alpine:3', 'node:3x']);
  });

  it('a Dockerfile whose arguments double each other', () => {
    const text = `ARG A=alpine\n${'ARG A=$A$A\n'.repeat(60)}FROM $A\nFROM node`;
    expect(readDockerfile(text).images).toEqual(['node']);
    expect(readDockerfile(`ARG A=al\nARG A=\${A}pine\nFROM $A`).images).toEqual(['alpine']);
  });

  it('a reference to a secret that ends with many colons', () => {
    const secret = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf';
    const isSameSecret = (declared: string): boolean =>
      isSame(declared, secret, 'valueFrom', { networkMode: 'awsvpc', region: 'us-east-1', extent: 'whole' });
    expect(isSameSecret(`${secret}${':'.repeat(900_000)}x`)).toBe(false);
    expect(isSameSecret(`${secret}:::`)).toBe(true);
  });

  it('the output of a build, and a line of a log, with titles of a terminal that have no end', () => {
    const titles = '\u001b]'.repeat(300_000);
    expect(linesOf(`one${titles}\u0007\ntwo`)).toEqual(['one', 'two']);
    expect(coloredSegments(`one${titles}\u0007\u001b[31mtwo`)).toEqual([
      'one',
      { text: 'two', style: 'red' },
    ]);
  });

  it('an address of Terraform with many brackets', () => {
    const block = 'resource "aws_ecs_service" "web" {\n  lifecycle { ignore_changes = [desired_count] }\n}';
    expect(ignoredChanges([block], `aws_ecs_service.${'['.repeat(500_000)}\n`)).toEqual(new Set());
    expect(ignoredChanges([block], 'module.shop["a"].aws_ecs_service.web["b.c"]')).toEqual(
      new Set(['desired_count']),
    );
  });
});
