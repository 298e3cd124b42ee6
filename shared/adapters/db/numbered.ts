/**
 * Names of lots and matches. They are numbered within their balance and have no uuid of their own in the database: it is
 * the balance's, with the number in its last 48 bits and one bit more that tells the two kinds apart, each exclusive-or.
 * So it costs nothing to keep, leads back to the number, and stays what it is as long as the number does.
 */
export type Numbered = 'lot' | 'match';

const numberMask = 2n ** 48n - 1n;
const kindBit: Record<Numbered, bigint> = { lot: 0n, match: 2n ** 127n };

const bits = (uuid: string): bigint => BigInt(`0x${uuid.replaceAll('-', '')}`);

/** The uuid of the n-th lot or match of a balance. */
export const uuidOf = (balanceUuid: string, kind: Numbered, number: bigint): string =>
  (bits(balanceUuid) ^ kindBit[kind] ^ number)
    .toString(16)
    .padStart(32, '0')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/** The number that a uuid stands for; 0, which none has, where it is of another balance or kind. */
export const numberOf = (balanceUuid: string, kind: Numbered, uuid: string): bigint => {
  const number = bits(balanceUuid) ^ kindBit[kind] ^ bits(uuid);
  return number > numberMask ? 0n : number;
};
