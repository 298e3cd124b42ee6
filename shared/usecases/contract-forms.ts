import type { ChainKind } from '#shared/adapters/chains/addresses.ts';
import { badRequest } from '#shared/errors.ts';

/** The rules of addresses are loaded by those who name one. */
const rules = () => import('#shared/adapters/chains/addresses.ts');

/**
 * The canonical forms of a contract's address on chains of some kinds.
 *
 * @param field what the caller gave it as
 * @throws BadRequestException when it is no address on any of them
 */
export const contractForms = async (
  kinds: readonly ChainKind[],
  address: string,
  field: string,
): Promise<string[]> => {
  const { canonicalContract, InvalidAddress } = await rules();
  const forms = new Set<string>();
  const refusals: string[] = [];
  for (const kind of kinds) {
    try {
      forms.add(canonicalContract(kind, address));
    } catch (error) {
      if (!(error instanceof InvalidAddress)) throw error;
      refusals.push(error.message);
    }
  }
  if (forms.size > 0) return [...forms];
  const message =
    kinds.length === 1 ? (refusals[0] ?? '') : 'expected an address as one of the chains writes it';
  throw badRequest(`${field}: ${message}`, [{ field, message }]);
};
