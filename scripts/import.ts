// `npm run import -- WALLET_UUID FILE...`: imports Etherscan exports into a wallet of the running instance.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { type Instance, readInstance } from './local/instance.ts';
import { callApi, succeed } from './local/operator/api-client.ts';
import { ownerToken } from './local/operator/owner-token.ts';
import { withClient } from './local/operator/with-client.ts';
import { SetupError } from './local/servers/processes.ts';
import { homeFolder, loadSettings } from './local/settings.ts';

const usage = `Usage: npm run import -- WALLET_UUID FILE... [--chain 1] [--address 0x…] [--dry-run]

Imports exports of Etherscan or a sibling (transactions, internal transactions, ERC-20 transfers) into a wallet of the
running instance. Without --address, the wallet must watch exactly one address on the chain.`;

interface Report {
  batch_uuid: string | null;
  files: {
    name: string;
    kind: string;
    rows: number;
    imported: number;
    duplicates: number;
    skipped: { line: number; reason: string }[];
  }[];
  balances: { amount: string; token: { symbol: string }; state: string }[];
}

const readArguments = () => {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        chain: { type: 'string', default: '1' },
        address: { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
      },
    });
    const [walletUuid, ...files] = positionals;
    if (walletUuid && files.length > 0) return { ...values, walletUuid, files };
  } catch {
    // An unknown flag: the usage says which there are.
  }
  throw new SetupError(usage);
};

interface Wallet {
  owner: string;
  addresses: string[];
}

const findWallet = async ({ database_url }: Instance, uuid: string, chain: string): Promise<Wallet> => {
  const { rows } = await withClient(database_url, (client) =>
    client.query<Wallet>(
      `SELECT users.uuid AS owner, array_remove(array_agg(address), NULL) AS addresses
       FROM wallets JOIN users ON users.id = wallets.user_id
       LEFT JOIN (wallet_addresses JOIN chains ON chains.id = wallet_addresses.chain_id AND chains.public_id = $2)
         ON wallet_addresses.wallet_id = wallets.id AND NOT wallet_addresses.is_deleted
       WHERE wallets.uuid::text = $1 AND NOT wallets.is_deleted GROUP BY users.uuid`,
      [uuid.toLowerCase(), chain],
    ),
  );
  if (rows[0]) return rows[0];
  throw new SetupError(`There is no wallet ${uuid}.`);
};

const chooseAddress = (given: string | undefined, { addresses }: Wallet, chain: string): string => {
  const [only] = addresses;
  if (given ?? (addresses.length === 1 && only)) return given ?? only ?? '';
  throw new SetupError(
    `The wallet watches ${addresses.length || 'no'} addresses on chain ${chain}: say with --address which one the files are of.`,
  );
};

const readFiles = (paths: readonly string[]) =>
  Promise.all(
    paths.map(async (path) => {
      const content = await readFile(path, 'utf8').catch(() => {
        throw new SetupError(`${path} cannot be read.`);
      });
      return { name: basename(path), content };
    }),
  );

const say = (report: Report): void => {
  for (const { name, kind, rows, imported, duplicates, skipped } of report.files) {
    console.log(`${name}: ${kind}, ${rows} rows, ${imported} imported, ${duplicates} known already`);
    for (const { line, reason } of skipped) console.log(`  line ${line} skipped: ${reason}`);
  }
  for (const { amount, token, state } of report.balances) {
    if (amount !== '0') console.log(`${amount} ${token.symbol}${state === 'current' ? '' : ` (${state})`}`);
  }
  console.log(report.batch_uuid ? `Batch ${report.batch_uuid}` : 'A dry run: nothing was written.');
};

const main = async (): Promise<void> => {
  const { walletUuid, files, chain, address, 'dry-run': dryRun } = readArguments();
  loadSettings();
  const instance = await readInstance(homeFolder());
  const wallet = await findWallet(instance, walletUuid, chain);
  const body = { address: chooseAddress(address, wallet, chain), files: await readFiles(files) };
  const query = new URLSearchParams({ format: 'etherscan', chain_id: chain, dry_run: String(dryRun) });
  const token = await ownerToken(instance, wallet.owner);
  const path = `/wallet/${walletUuid}/import?${query}`;
  say(await succeed(callApi<Report>(instance.api_url, 'POST', path, { token, body })));
};

try {
  await main();
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
  process.exitCode = 1;
}
