import { describe, expect, it } from 'vitest';
import { pairServices, placeWords } from './service-pairs.ts';

const WORDS = placeWords('staging', 'production');

describe('services of two clusters', () => {
  it('are matched by name first', () => {
    expect(pairServices(['api', 'web'], ['web', 'mailer', 'api-prod'], WORDS)).toEqual([
      { before: 'api', after: 'api-prod' },
      { after: 'mailer' },
      { before: 'web', after: 'web' },
    ]);
  });

  it.each([
    ['api-staging', 'api-prod'],
    ['staging_api', 'prod_api'],
    ['dev-api', 'api'],
    ['shop-api-qa', 'shop-api-live'],
  ])('are matched without the words for the environment at their ends: %s and %s', (before, after) => {
    expect(pairServices([before], [after], WORDS)).toEqual([{ before, after }]);
  });

  it('are matched without the words that only the name of their own cluster has', () => {
    const words = placeWords('shop-eu', 'shop-us');
    expect(pairServices(['api-eu'], ['api-us'], words)).toEqual([{ before: 'api-eu', after: 'api-us' }]);
    expect(pairServices(['api-eu'], ['api-us'], WORDS)).toEqual([{ before: 'api-eu' }, { after: 'api-us' }]);
  });

  it('are left alone where a name would fit several', () => {
    expect(pairServices(['api-dev', 'api-staging'], ['api-prod'], WORDS)).toEqual([
      { before: 'api-dev' },
      { after: 'api-prod' },
      { before: 'api-staging' },
    ]);
  });

  it('keep names that are made of words for environments only', () => {
    expect(pairServices(['test'], ['live'], WORDS)).toEqual([{ after: 'live' }, { before: 'test' }]);
  });
});
