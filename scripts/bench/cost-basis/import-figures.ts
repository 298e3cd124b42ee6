// A real wallet's history, where its exports are at hand.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Platform } from '../../local/platform.ts';
import { newUser, send } from '../load/scenarios.ts';
import { type Figure, median } from './figures.ts';

const folder = resolve(import.meta.dirname, '../../../../shared/data/etherscan-0x003dc');
const names = ['etherscan.csv', 'etherscan-internal.csv', 'etherscan-erc20.csv'];
const rounds = 5;

/** From the request to balances that are current; the first import, which warms the function, does not count. */
export async function* importFigures({ url }: Platform): AsyncGenerator<Figure> {
  if (!existsSync(folder)) return;
  const files = await Promise.all(
    names.map(async (name) => ({ name, content: await readFile(join(folder, name), 'utf8') })),
  );
  const times: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const { token, walletUuid } = await newUser(url);
    const start = performance.now();
    const { balances } = (await send(url, {
      method: 'POST',
      path: `/wallet/${walletUuid}/import?format=etherscan&chain_id=1`,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ address: '0x003dc32fe920a4aaeed12dc87e145f030aa753f3', files }),
    })) as unknown as { balances: { state: string }[] };
    if (balances.some(({ state }) => state !== 'current')) throw new Error('an import left balances behind');
    times.push((performance.now() - start) / 1000);
  }
  const [first = Number.NaN, ...warm] = times;
  yield { name: 'import_etherscan_958_rows', value: median(warm), unit: 's', baseline: first, bar: '<= 1 s' };
}
