import { expect, test } from 'vitest';
import { readConfig } from '../../infra/config.ts';

test('settings of functions are those that the pipeline names, and nothing else of its environment', () => {
  const environment = {
    PRICE_SOURCES: 'defillama',
    COINGECKO_URL: '',
    COINGECKO_PRO_KEY: 'secret',
    HOME: '/root',
  };
  expect(readConfig(environment).settings).toEqual({ PRICE_SOURCES: 'defillama' });
  expect(readConfig({}).settings).toEqual({});
});
