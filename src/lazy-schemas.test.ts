import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const SHARED = join(import.meta.dirname, 'shared');

describe('the contract and its model', () => {
  it('have lazy objects, so that a process makes the schemas of the methods that it uses', () => {
    const eager = ['contract', 'model'].flatMap((folder) =>
      readdirSync(join(SHARED, folder))
        .filter((file) => !file.endsWith('.test.ts'))
        .flatMap((file) => {
          const text = readFileSync(join(SHARED, folder, file), 'utf8');
          const found = text.matchAll(
            /^(?:(?:export )?const \w+ = | {4}(?:input|event|output): )z\s*\.(?:strictO|looseO|o)bject\((?!\{\}).*$/gm,
          );
          return [...found].map(([line]) => `${folder}/${file}: ${line}`);
        }),
    );
    expect(eager).toEqual([]);
  });
});
