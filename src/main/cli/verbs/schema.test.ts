import { Command } from 'commander';
import { expect, it } from 'vitest';
import { outputShapes, VERBS_WITH_JSON } from '../command/output-schemas.ts';
import { requireDocumented } from '../testing/documented-output.ts';
import { run } from '../testing/run.ts';
import { VERBS } from '../verbs.ts';

it('every verb with --json has a schema, and no other has one', async () => {
  const withJson: string[] = [];
  for (const { name, load } of VERBS) {
    const command = new Command();
    (await load()).verb.configure(command);
    if (command.options.some(({ long }) => long === '--json')) withJson.push(name);
  }
  expect(VERBS_WITH_JSON.toSorted()).toEqual(withJson.toSorted());
});

it.each(VERBS_WITH_JSON)(
  'slipway schema %s is a JSON Schema that lets later versions add fields',
  async (name) => {
    const { code, out } = await run(['schema', name]);
    expect(code).toBe(0);
    const schema: unknown = JSON.parse(out);
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: `slipway ${name} --json`,
      anyOf: expect.any(Array),
    });
    expect(out).not.toContain('"additionalProperties": false');
  },
);

it('slipway schema lists the verbs, and refuses one without --json', async () => {
  expect((await run(['schema'])).out).toMatch(/^deploy\nrollback\n/);
  expect(await run(['schema', 'completion'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('There is no verb completion with --json.'),
  });
  expect(outputShapes('__proto__')).toBeUndefined();
});

it('a test that runs a verb with --json fails for a field that its schema lacks', () => {
  const hold = { id: 'h', why: 'sale', by: 'ana', host: 'ci', at: '2026-12-01T00:00:00Z' };
  expect(() => requireDocumented(['hold', '--json'], JSON.stringify({ result: 'held', hold }))).toThrow(
    'hold --json printed what its schema lacks',
  );
});
