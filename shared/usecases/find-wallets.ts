import type { ChainKind } from '#shared/adapters/chains/addresses.ts';
import { findChains } from '#shared/adapters/db/chains.ts';
import type { Db } from '#shared/adapters/db/client.ts';
import type { PageQuery } from '#shared/adapters/db/page.ts';
import { pageWallets, watching } from '#shared/adapters/db/wallets.ts';
import { badRequest } from '#shared/errors.ts';

const fault = (field: string, message: string) => badRequest(`${field}: ${message}`, [{ field, message }]);

const everyKind: readonly ChainKind[] = ['evm', 'tron', 'solana', 'stacks'];

/** What an address is on chains of these kinds: the canonical form of each kind that can read it. */
const formsOf = async (address: string, kinds: readonly ChainKind[]): Promise<string[]> => {
  const { canonicalAddress, InvalidAddress } = await import('#shared/adapters/chains/addresses.ts');
  const refusals: string[] = [];
  const forms = kinds.flatMap((kind) => {
    try {
      return canonicalAddress(kind, address);
    } catch (error) {
      if (!(error instanceof InvalidAddress)) throw error;
      refusals.push(error.message);
      return [];
    }
  });
  if (forms.length > 0) return forms;
  const [refusal] = refusals;
  throw fault(
    'address',
    kinds.length === 1 && refusal ? refusal : 'expected an address as some chain writes it',
  );
};

/**
 * A page of the user's wallets that watch an address, however it is written, on one chain or on any.
 *
 * @throws BadRequestException for an address that no chain, or not the given one, can read
 */
export const findWallets = async (
  db: Db,
  userId: bigint,
  { address, chain_id, ...query }: PageQuery & { address: string; chain_id?: string | undefined },
) => {
  const chain = chain_id === undefined ? undefined : (await findChains(db, [chain_id])).get(chain_id);
  if (chain_id !== undefined && !chain) throw fault('chain_id', `there is no chain ${chain_id}`);
  const forms = await formsOf(address, chain ? [chain.kind] : everyKind);
  return pageWallets(db, userId, query, watching(userId, forms, chain?.id));
};
