/**
 * The replay of one balance by FIFO in integers of fixed width: for balances of many thousand transactions, several times as
 * fast as BigInts. Its rules are those of `replay.ts`, which does everything else, and against which this is tested. Lots
 * and matches lie in the kernel's memory as records, and leave it as rows for PostgreSQL.
 */
import type { Replay } from '../booking.ts';
import type { Ledger } from '../ledger.ts';
import type { Lot } from '../lot.ts';
import { openLots, queueOf } from '../lot-queue.ts';
import * as at from './assembly/records.ts';
import { instantiate, type KernelMemory, type KernelModule, memoryOf } from './memory.ts';

/** The totals in the order of the kernel's memory; the number of unknown slices is behind them. */
const totalsOrder = [
  ...(['quantity', 'cost', 'unknownQuantity', 'bought', 'sold', 'soldQuantity', 'realized'] as const),
  ...(['unknownCostProceeds', 'shortfall', 'fees'] as const),
];
const totalSize = 32;

/** So many transactions, matches, and bytes of rows that come and go, are in the kernel's memory at a time. */
const mostEvents = 4_096;
const mostMatches = 8_192;
const rowBytes = 65_536;

/** Numbers of lots have 32 bits in a match; half of them are left for what a replay adds. */
const mostLots = 2 ** 31;

/** What stays below these cannot overflow: not in a product, and not in the sum of two billion of them. */
const quantityBits = 120n;
const priceLimit = 1n << 100n;
const moneyLimit = 1n << 200n;

const bitsOf = (value: bigint): bigint => BigInt(value.toString(2).length);

export interface Kernel {
  readonly module: KernelModule;
  readonly memory: KernelMemory;
  readonly ledger: Ledger;
  /** Lots that were there before, the oldest first. */
  readonly opening: readonly Lot[];
  /** How many of the first lots the kernel has let go of. */
  dropped: number;
}

const limitsOf = ({ scale }: Ledger): bigint => 1n << (quantityBits - bitsOf(scale.productFactor) + 1n);

const isMoney = (value: bigint): boolean => value < moneyLimit && value > -moneyLimit;

const lotFits = ({ quantity, unitPrice, lump, fee }: Lot, limit: bigint): boolean =>
  quantity < limit && unitPrice < priceLimit && isMoney(lump) && isMoney(fee);

/**
 * Whether the kernel can replay a balance: by FIFO in every year, from lots and totals that its integers can hold. Tokens
 * of more than 18 decimals have money of more than 36 places.
 */
export const ledgerFits = (ledger: Ledger): boolean =>
  ledger.plan.default === 'FIFO' &&
  ledger.plan.years.size === 0 &&
  !ledger.isPooled &&
  ledger.nextLot < mostLots &&
  ledger.scale.decimals <= 18 &&
  totalsOrder.every((name) => isMoney(ledger.totals[name])) &&
  openLots(ledger.queue).every((lot) => lotFits(lot, limitsOf(ledger)));

const putLot = (memory: KernelMemory, address: number, lot: Lot): void => {
  memory.putInteger(address + at.lotSequence, 1, BigInt(lot.sequence));
  memory.putDouble(address + at.lotTransaction, lot.transactionId);
  memory.putInteger(address + at.lotAcquiredAt, 1, BigInt(lot.acquiredAt));
  memory.putInteger(address + at.lotQuantity, 2, lot.quantity);
  memory.putInteger(address + at.lotRemaining, 2, lot.remaining);
  memory.putInteger(address + at.lotUnitPrice, 2, lot.unitPrice);
  memory.putInteger(address + at.lotLump, 4, lot.lump);
  memory.putInteger(address + at.lotRemainingLump, 4, lot.remainingLump);
  memory.putInteger(address + at.lotFee, 4, lot.fee);
  memory.putByte(address + at.lotKind, lot.kind === 'BUY' ? at.buy : at.transferIn);
  memory.putByte(address + at.lotBasisKnown, lot.basisKnown ? 1 : 0);
};

/** A kernel that goes on from a ledger. The ledger stays as it is until `giveBack`. */
export const startKernel = (ledger: Ledger): Kernel => {
  const module = instantiate();
  const { queue, scale, totals, nextLot } = ledger;
  module.layOut(mostEvents, mostMatches, rowBytes, scale.productFactor);
  module.begin(nextLot);
  const opening = queueOf(openLots(queue), 'FIFO', scale).line;
  const lots = module.bringLots(opening.length);
  const memory = memoryOf(module);
  for (const [place, lot] of opening.entries()) {
    putLot(memory, lots + place * at.lotSize, lot);
  }
  const sums = module.totalsAt();
  for (const [place, name] of totalsOrder.entries()) {
    memory.putInteger(sums + place * totalSize, 4, totals[name]);
  }
  memory.putInteger(sums + totalsOrder.length * totalSize, 4, BigInt(totals.unknownSlices));
  return { module, memory, ledger, opening, dropped: 0 };
};

/** Matches that have just been made; the next step overwrites them. */
export interface MatchBlock {
  readonly count: number;
  /** The number of the first. */
  readonly sequence: number;
  /** Where the first record is. */
  readonly address: number;
}

/** Applies the transactions that are all there; gives their matches as they are made. */
function* applyRows({ module, memory, ledger }: Kernel): Generator<MatchBlock> {
  while (module.supply() > 0) {
    for (let isDone = false; !isDone; ) {
      isDone = module.run() !== 0;
      memory.refresh();
      const count = module.takeMatches();
      const sequence = ledger.nextMatch;
      ledger.nextMatch += count;
      if (count > 0) yield { count, sequence, address: module.matchesAt() };
    }
  }
}

/**
 * Applies transactions that follow all before in the order of the replay, as they come in COPY's binary format: id, time,
 * type, raw amount, price, value, fee. What does not fit, and what comes behind it, is left: `isStuck` tells.
 *
 * @param bytes any part of the format, cut anywhere
 */
export function* applyBytes(kernel: Kernel, bytes: Uint8Array): Generator<MatchBlock> {
  const { module, memory } = kernel;
  const end = module.rowsAt() + 2 * rowBytes;
  for (let done = 0; done < bytes.length && !isStuck(kernel); ) {
    const some = bytes.subarray(done, done + end - module.inputEnd());
    memory.putBytes(module.inputEnd(), some);
    module.accept(some.length);
    done += some.length;
    yield* applyRows(kernel);
  }
}

/** Whether the next transaction is one that the kernel cannot hold. */
export const isStuck = ({ module }: Kernel): boolean => module.isStuck() !== 0;

/** Another COPY begins: one gives only so many transactions. */
export const beginCopy = ({ module }: Kernel): void => module.restartInput();

/** How far the kernel has come: the transactions of this COPY, and the last of all. */
export interface Progress {
  readonly rows: number;
  readonly id: number;
  /** Microseconds since 2000. */
  readonly time: number;
  /** How many of the last have that time: the next come behind so many. */
  readonly ties: number;
}

export const progressOf = ({ module }: Kernel): Progress => ({
  rows: module.rowsRead(),
  id: module.lastRow(),
  time: module.lastTime(),
  ties: module.lastTies(),
});

const readLot = ({ memory }: Kernel, address: number): Lot => ({
  sequence: Number(memory.integer(address + at.lotSequence, 1)),
  transactionId: memory.double(address + at.lotTransaction),
  kind: memory.byte(address + at.lotKind) === at.buy ? 'BUY' : 'TRANSFER_IN',
  acquiredAt: Number(memory.integer(address + at.lotAcquiredAt, 1)),
  // A new lot is opened when it is acquired.
  openedAt: Number(memory.integer(address + at.lotAcquiredAt, 1)),
  quantity: memory.integer(address + at.lotQuantity, 2),
  remaining: memory.integer(address + at.lotRemaining, 2),
  basisKnown: memory.byte(address + at.lotBasisKnown) === 1,
  unitPrice: memory.integer(address + at.lotUnitPrice, 2),
  lump: memory.integer(address + at.lotLump, 4),
  remainingLump: memory.integer(address + at.lotRemainingLump, 4),
  fee: memory.integer(address + at.lotFee, 4),
});

/** New lots that are in the kernel's memory, the spent ones or all, and where they begin. */
const newLots = ({ module, opening, dropped }: Kernel, isAll: boolean) => {
  const old = Math.max(0, opening.length - dropped);
  const address = module.lotsAt() + old * at.lotSize;
  return { address, count: Math.max(0, (isAll ? module.allLots() : module.spentLots()) - old) };
};

/** Rows of matches in PostgreSQL's binary format of COPY, with the columns of `ledger-write.ts`. */
export function* matchRows(kernel: Kernel, userId: number, block: MatchBlock): Generator<Uint8Array> {
  const { module, memory, ledger } = kernel;
  const rows = module.rowsAt();
  for (let done = 0; done < block.count; ) {
    const address = block.address + done * at.matchSize;
    const owner = [userId, ledger.balanceId, block.sequence + done];
    done += module.putMatches(rows, rows + rowBytes, address, block.count - done, ...owner);
    yield memory.view(rows, module.rowsEnd());
  }
}

/** Rows of the new lots that are spent, which the kernel lets go of; or, in the end, of all. */
export function* lotRows(
  kernel: Kernel,
  userId: number,
  { isLast }: { isLast: boolean },
): Generator<Uint8Array> {
  const { module, memory, ledger } = kernel;
  const { address, count } = newLots(kernel, isLast);
  const rows = module.rowsAt();
  for (let done = 0; done < count; ) {
    const from = address + done * at.lotSize;
    done += module.putLots(rows, rows + rowBytes, from, count - done, userId, ledger.balanceId);
    yield memory.view(rows, module.rowsEnd());
  }
  if (!isLast) dropSpent(kernel);
}

/** Lots that were there before have changed by what the kernel took of them: the spent ones, and the one behind those. */
const updateOpening = (kernel: Kernel): void => {
  const { module, opening, dropped } = kernel;
  const touched = opening.slice(dropped, dropped + module.spentLots() + 1);
  for (const [place, lot] of touched.entries()) {
    const { remaining, remainingLump } = readLot(kernel, module.lotsAt() + place * at.lotSize);
    lot.remaining = remaining;
    lot.remainingLump = remainingLump;
  }
};

/** Lets the lots go that are spent. */
export const dropSpent = (kernel: Kernel): void => {
  updateOpening(kernel);
  const count = kernel.module.spentLots();
  kernel.module.dropLots(count);
  kernel.dropped += count;
};

/**
 * Ends the kernel's work: the ledger's totals and numbers become what it has come to.
 *
 * @param replay takes the time over
 * @param isTaken whether the rows of all new lots have been taken; else the open ones become the ledger's, so that the
 *   replay can go on without the kernel
 */
export const giveBack = (kernel: Kernel, replay: Replay, { isTaken }: { isTaken: boolean }): void => {
  const { module, memory, ledger, opening } = kernel;
  memory.refresh();
  updateOpening(kernel);
  const sums = module.totalsAt();
  for (const [place, name] of totalsOrder.entries()) {
    ledger.totals[name] = memory.integer(sums + place * totalSize, 4);
  }
  ledger.totals.unknownSlices = Number(memory.integer(sums + totalsOrder.length * totalSize, 4));
  ledger.nextLot = module.nextLotNumber();
  if (progressOf(kernel).ties > 0) replay.clock = Math.max(replay.clock, module.clockAt());
  const { address, count } = newLots(kernel, true);
  const lots = isTaken
    ? []
    : Array.from({ length: count }, (_, place) => readLot(kernel, address + place * at.lotSize));
  ledger.newLots = ledger.newLots.concat(lots);
  ledger.spentLots = lots.filter((lot) => lot.remaining === 0n).length;
  ledger.queue = queueOf(
    [...opening, ...lots].filter((lot) => lot.remaining > 0n),
    'FIFO',
    ledger.scale,
  );
};
