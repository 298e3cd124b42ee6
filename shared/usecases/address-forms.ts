import { type ChainKind, InvalidAddress } from '#shared/adapters/chains/addresses.ts';
import { fault } from '#shared/errors.ts';

/**
 * What an address is on chains of these kinds: the canonical form of each kind that can read it.
 *
 * @param read `canonicalAddress`, or `canonicalContract` for a token's
 * @throws BadRequestException, naming the field `address`, when none can
 */
export const formsOf = (
  kinds: readonly ChainKind[],
  address: string,
  read: (kind: ChainKind, address: string) => string,
  field = 'address',
): string[] => {
  const refusals: string[] = [];
  const forms = kinds.flatMap((kind) => {
    try {
      return [read(kind, address)];
    } catch (error) {
      if (!(error instanceof InvalidAddress)) throw error;
      refusals.push(error.message);
      return [];
    }
  });
  if (forms.length > 0) return [...new Set(forms)];
  const [refusal = ''] = refusals;
  throw fault(field, kinds.length === 1 ? refusal : 'expected an address as one of the chains writes it');
};
