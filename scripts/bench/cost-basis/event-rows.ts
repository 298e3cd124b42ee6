// Transactions in PostgreSQL's binary format of COPY, as the kernel of the replay takes them.
import { pricePlaces } from '#shared/domain/decimal.ts';
import type { LedgerEvent } from '#shared/domain/ledger.ts';

const groupPlaces = 4;

/** A count of 10^-places as a numeric, with its length before it; null is a length of -1. */
const numeric = (value: bigint | null, places: number): Buffer => {
  if (value === null) return Buffer.from([0xff, 0xff, 0xff, 0xff]);
  const padding = (groupPlaces - (places % groupPlaces)) % groupPlaces;
  const text = (value < 0n ? -value : value).toString() + '0'.repeat(padding);
  const whole = text.padStart(Math.ceil(text.length / groupPlaces) * groupPlaces, '0');
  const groups = whole.match(/.{4}/g)?.map(Number) ?? [];
  const weight = groups.length - 1 - (places + padding) / groupPlaces;
  while (groups.at(-1) === 0) groups.pop();
  const bytes = Buffer.alloc(12 + 2 * groups.length);
  bytes.writeInt32BE(8 + 2 * groups.length);
  bytes.writeInt16BE(groups.length, 4);
  bytes.writeInt16BE(groups.length === 0 ? 0 : weight, 6);
  bytes.writeUInt16BE(value < 0n ? 0x4000 : 0, 8);
  bytes.writeInt16BE(places, 10);
  for (const [place, group] of groups.entries()) bytes.writeInt16BE(group, 12 + 2 * place);
  return bytes;
};

const long = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(12);
  bytes.writeInt32BE(8);
  bytes.writeBigInt64BE(value, 4);
  return bytes;
};

const word = (text: string): Buffer => {
  const bytes = Buffer.alloc(4 + text.length, text, 'latin1');
  bytes.copyWithin(4, 0, text.length);
  bytes.writeInt32BE(text.length);
  return bytes;
};

const year2000 = 946_684_800_000;

const rowOf = (
  { id, timestamp, type, quantity, price, value, fee }: LedgerEvent,
  moneyPlaces: number,
): Buffer =>
  Buffer.concat([
    Buffer.from([0, 7]),
    long(BigInt(id)),
    long(BigInt(timestamp - year2000) * 1000n),
    word(type),
    numeric(quantity, 0),
    numeric(price, pricePlaces),
    numeric(value, moneyPlaces),
    numeric(fee === 0n ? null : fee, moneyPlaces),
  ]);

/** What `COPY (SELECT id, timestamp, type, raw amount, price, value, fee) TO STDOUT (FORMAT binary)` gives of transactions. */
export const eventRows = (events: readonly LedgerEvent[], moneyPlaces = 36): Buffer =>
  Buffer.concat([
    Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1'),
    ...events.map((event) => rowOf(event, moneyPlaces)),
    Buffer.from([0xff, 0xff]),
  ]);
