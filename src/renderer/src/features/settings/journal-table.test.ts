import { expect, it } from 'vitest';
import type { JournalEntry } from '../../../../shared/model/journal.ts';
import { csvOf, jsonLinesOf } from './journal-table.ts';

const ENTRY: JournalEntry = {
  id: '7ff1b9ec-2a06-4b9b-9a51-62ad2a3c3b0e',
  at: '2026-01-01T00:00:00Z',
  account: 'profile:acme',
  region: 'us-east-1',
  cluster: 'shop',
  subject: 'web',
  kind: 'deploy',
  title: 'Deploy web:42 to web',
  why: '=HYPERLINK("http://x"), "now"\nplease',
  callerIdentity: 'ana',
  calls: [],
  steps: [],
  state: 'done',
  outcome: 'succeeded',
  taskDefinitionArn: 'arn:aws:ecs:us-east-1:123456789012:task-definition/web:42',
};

it('a journal as CSV has a line of names and a row for each change, and nothing that a spreadsheet runs', () => {
  const [names, row] = csvOf([ENTRY]).split('\r\n');
  expect(names).toBe(
    'at,account,region,cluster,subject,kind,title,state,outcome,revision,by,reason,link,commit,result,settledAt,approvedBy,plannedBy',
  );
  expect(row).toBe(
    '2026-01-01T00:00:00Z,profile:acme,us-east-1,shop,web,deploy,Deploy web:42 to web,done,succeeded,web:42,ana,' +
      `"'=HYPERLINK(""http://x""), ""now""\nplease",,,,,,`,
  );
});

it('a journal as JSON lines has each change whole on a line', () => {
  expect(
    jsonLinesOf([ENTRY, ENTRY])
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line)),
  ).toEqual([ENTRY, ENTRY]);
});
