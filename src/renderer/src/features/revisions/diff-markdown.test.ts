import { describe, expect, it } from 'vitest';
import type { Comparison, Revision } from '../../../../shared/model/revision.ts';
import { diffMarkdown } from './diff-markdown.ts';

function revision(number: number): Revision {
  return {
    arn: `arn:aws:ecs:us-east-1:111111111111:task-definition/web:${number}`,
    name: `web:${number}`,
    family: 'web',
    number,
    status: 'ACTIVE',
    containers: [],
  };
}

const DIFF: Comparison = {
  titles: { before: 'web:40', after: 'main/web' },
  before: revision(40),
  after: revision(41),
  images: [
    {
      container: 'app',
      change: 'same-image',
      before: { image: 'acme/web:1.8.3', digest: `sha256:9f2c41ab${'0'.repeat(56)}` },
      after: { image: 'acme/web:stable', digest: `sha256:9f2c41ab${'0'.repeat(56)}` },
      commitsUrl: 'https://github.com/acme/web/compare/a...b',
    },
  ],
  differences: [
    { container: 'app', subject: 'environment', name: 'MODE', kind: 'changed', before: '', after: 'a|b `c`' },
    { subject: 'cpu', name: '', kind: 'added', after: '512' },
  ],
  unchanged: 47,
  service: {
    differences: [{ subject: 'platform', name: 'version', kind: 'changed', before: '1.3.0', after: '1.4.0' }],
    unchanged: 4,
  },
  findings: [
    {
      container: 'app',
      came: [
        { name: 'CVE-2026-2', severity: 'LOW' },
        { name: 'CVE-2026-1', severity: 'HIGH', component: 'zlib' },
      ],
      went: [],
      same: 3,
    },
  ],
  beforeJson: '{}',
  afterJson: '{}',
};

describe('a diff as Markdown', () => {
  it('has the images as a table with a label for each change and the commits as a link', () => {
    expect(diffMarkdown(DIFF)).toContain(
      '| app | `acme/web:1.8.3` (9f2c41ab) | `acme/web:stable` (9f2c41ab) | [same image](https://github.com/acme/web/compare/a...b) |',
    );
  });

  it('keeps values whole that hold backticks or bars, and says where one is empty', () => {
    expect(diffMarkdown(DIFF)).toContain('- **app**, environment `MODE`: (empty) → `` a|b `c` ``');
  });

  it('tells what was added and how much is the same', () => {
    const markdown = diffMarkdown(DIFF);
    expect(markdown).toContain('- cpu: added `512`');
    expect(markdown).toContain('47 other settings unchanged.');
  });

  it('names what a service runs with its revision', () => {
    expect(diffMarkdown(DIFF)).toContain('### web:40 → main/web (web:41)');
  });

  it('has the findings that came, the worst first, and what differs about the service', () => {
    const markdown = diffMarkdown(DIFF);
    expect(markdown).toContain('- new: CVE-2026-1 (high, zlib)\n- new: CVE-2026-2 (low)');
    expect(markdown).toContain('The service:\n\n- platform `version`: `1.3.0` → `1.4.0`');
  });
});
