/** Which sources there are: by settings, and by the keys of the secret. */
import { beforeEach, expect, test, vi } from 'vitest';

const secret = vi.hoisted(() => ({ read: (): unknown => ({}) }));

vi.mock('#shared/adapters/secrets.ts', () => ({ readSecret: async () => secret.read() }));

const failure = (name: string) => () => {
  throw Object.assign(new Error('no'), { name });
};

beforeEach(() => {
  vi.resetModules();
  vi.unstubAllEnvs();
  secret.read = () => ({});
});

/** As a new environment has them. */
const load = async (order?: string) => {
  vi.stubEnv('PRICE_SOURCES', order);
  return (await import('#shared/adapters/prices/price-sources.ts')).priceSources;
};

test.each([
  [undefined, ['coingecko', 'defillama', 'binance']],
  ['binance, coingecko', ['binance', 'coingecko']],
])('are asked in the order of the setting: %s', async (order, names) => {
  expect((await (await load(order))()).map(({ name }) => name)).toEqual(names);
});

test('are none without reading a secret, where nobody is to be asked', async () => {
  secret.read = failure('AccessDeniedException');
  expect(await (await load('none'))()).toEqual([]);
});

test.each(['coinmarketcap', ''])('are no others: %s', async (order) => {
  await expect((await load(order))()).rejects.toThrow('PRICE_SOURCES');
});

test('do without keys where the secret has no value, and fail where it cannot be read', async () => {
  const priceSources = await load();
  secret.read = failure('AccessDeniedException');
  await expect(priceSources()).rejects.toThrow();
  secret.read = failure('ResourceNotFoundException');
  expect(await priceSources()).toHaveLength(3);
});

test('last, and with them what is left of their limits, until the keys are others', async () => {
  const priceSources = await load();
  const first = await priceSources();
  expect(await priceSources()).toBe(first);
  secret.read = () => ({ coingecko_pro_key: 'another' });
  expect(await priceSources()).not.toBe(first);
});
