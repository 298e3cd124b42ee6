// Ours, and what it is compared with.
import { Decimal } from 'decimal.js';
import { startReplay } from '#shared/domain/booking.ts';
import { matchSize } from '#shared/domain/kernel/assembly/records.ts';
import { applyBytes, dropSpent, startKernel } from '#shared/domain/kernel/kernel.ts';
import { emptyLedger, type LedgerEvent } from '#shared/domain/ledger.ts';
import { scaleOf } from '#shared/domain/lot.ts';
import { applyInOrder } from '#shared/domain/replay.ts';

/** Replays a ledger, keeps every match, and gives their number. `rows` are the transactions as PostgreSQL gives them. */
export type Engine = (events: readonly LedgerEvent[], rows: Uint8Array) => number;

/** So many bytes come between two looks for lots that are spent, as when the worker writes them. */
const batch = 2 ** 21;

/** A warm process has had its memory before. */
let kept: Buffer | undefined;

/** As the worker replays long ledgers: by the kernel, from what PostgreSQL gives. */
const kernel: Engine = (_, rows) => {
  const started = startKernel(emptyLedger(1, scaleOf(18)));
  // A match is not twice as long as its transaction was.
  kept ??= Buffer.allocUnsafeSlow(2 * rows.length);
  let matches = 0;
  for (let at = 0; at < rows.length; at += batch) {
    for (const { address, count } of applyBytes(started, rows.subarray(at, at + batch))) {
      kept.set(started.memory.view(address, address + count * matchSize), matches * matchSize);
      matches += count;
    }
    dropSpent(started);
  }
  return matches;
};

/** As everything else is replayed. */
const engine: Engine = (events) => {
  const ledger = emptyLedger(1, scaleOf(18));
  applyInOrder(events, startReplay(new Map([[1, ledger]])));
  return ledger.matches.length;
};

const isAcquisition = ({ type }: LedgerEvent) => type === 'BUY' || type === 'TRANSFER_IN';

/** What cannot be left out of an exact FIFO: no fees, no kinds, no terms, no sums but one. */
const bare: Engine = (events) => {
  const lots: { quantity: bigint; price: bigint }[] = [];
  const matches: { lot: number; event: number; quantity: bigint; cost: bigint; gain: bigint }[] = [];
  let head = 0;
  let realized = 0n;
  for (const event of events) {
    const price = event.price ?? 0n;
    if (isAcquisition(event)) {
      lots.push({ quantity: event.quantity, price });
      continue;
    }
    let left = event.quantity;
    while (left > 0n) {
      const lot = lots[head];
      if (!lot) break;
      const quantity = lot.quantity <= left ? lot.quantity : left;
      const cost = lot.price * quantity;
      const gain = price * quantity - cost;
      matches.push({ lot: head, event: event.id, quantity, cost, gain });
      realized += gain;
      lot.quantity -= quantity;
      left -= quantity;
      if (lot.quantity === 0n) head += 1;
    }
  }
  return realized === 0n ? -1 : matches.length;
};

/** The same with a decimal library, 60 digits. */
const decimals: Engine = (events) => {
  const Big = Decimal.clone({ precision: 60 });
  const one = new Big('1e18');
  const lots: { quantity: Decimal; price: Decimal }[] = [];
  const matches: { lot: number; event: number; quantity: Decimal; cost: Decimal; gain: Decimal }[] = [];
  let head = 0;
  let realized = new Big(0);
  for (const event of events) {
    const price = new Big(String(event.price ?? 0n)).div(one);
    const whole = new Big(String(event.quantity)).div(one);
    if (isAcquisition(event)) {
      lots.push({ quantity: whole, price });
      continue;
    }
    let left = whole;
    while (left.gt(0)) {
      const lot = lots[head];
      if (!lot) break;
      const quantity = Big.min(lot.quantity, left);
      const cost = lot.price.times(quantity);
      const gain = price.times(quantity).minus(cost);
      matches.push({ lot: head, event: event.id, quantity, cost, gain });
      realized = realized.plus(gain);
      lot.quantity = lot.quantity.minus(quantity);
      left = left.minus(quantity);
      if (lot.quantity.isZero()) head += 1;
    }
  }
  return realized.isZero() ? -1 : matches.length;
};

export const engines: Readonly<Record<string, Engine>> = { kernel, engine, bare, decimals };
