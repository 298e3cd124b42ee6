import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { Settings } from '#shared/config.ts';
import { OperatorSettings } from '#shared/contract/settings.ts';
import { readConfig } from '../../infra/config.ts';
import { functionVariables } from '../../scripts/local/lambda/function-variables.ts';

const operators = Object.keys(OperatorSettings.shape);

test('settings of functions are those that the pipeline names, and nothing else of its environment', () => {
  const environment = {
    PRICE_SOURCES: 'defillama',
    HISTORY_KEEP_HOURLY_DAYS: '365',
    COINGECKO_URL: '',
    COINGECKO_PRO_KEY: 'secret',
    HOME: '/root',
  };
  const settings = { PRICE_SOURCES: 'defillama', HISTORY_KEEP_HOURLY_DAYS: '365' };
  expect(readConfig(environment).settings).toEqual(settings);
  expect(readConfig({}).settings).toEqual({});
});

test("all that functions read is the operator's to set, but for what they were built from", () => {
  const release = ['BAGTRACKER_VERSION', 'BAGTRACKER_COMMIT'];
  expect(Object.keys(Settings.shape).sort()).toEqual([...operators, ...release].sort());
});

test('functions are told the same settings on a laptop as where they are deployed', () => {
  const env = Object.fromEntries(operators.map((name) => [name, `as ${name} is set`]));
  const aws = { sqs: '', secretsManager: '', kms: '' };
  const local = functionVariables({ role: 'api' }, { aws, queues: {}, version: '1.2.3', env });
  expect(local).toMatchObject(env);
  expect(readConfig(env).settings).toEqual(env);
});

test('.env.example tells of every setting, and what it is by default', async () => {
  const example = await readFile(resolve(import.meta.dirname, '../../.env.example'), 'utf8');
  const told = parseEnv(example.replaceAll(/^# (?=[A-Z_]+=)/gm, ''));
  expect(operators.filter((name) => !(name in told))).toEqual([]);
  // CoinGecko's host goes with the key, if there is one.
  const { COINGECKO_URL: host, ...defaults } = OperatorSettings.parse(told);
  expect(host).toBe('https://api.coingecko.com/api/v3');
  expect(defaults).toEqual(OperatorSettings.parse({}));
});
