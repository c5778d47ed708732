import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { EnvironmentsFile } from '../../../shared/model/environment.ts';

it('the schema in docs describes the file that the engine reads', () => {
  const file = join(import.meta.dirname, '../../../../docs/environments.schema.json');
  const described: unknown = JSON.parse(readFileSync(file, 'utf8'));
  expect(described).toEqual(z.toJSONSchema(EnvironmentsFile, { io: 'input' }));
});
