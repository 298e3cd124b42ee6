/** Replays from the first transaction on, for a question: nothing is written. */
import type { Db } from '#shared/adapters/db/client.ts';
import { connectedLedgers } from '#shared/adapters/db/gain-scope.ts';
import { readFewEvents } from '#shared/adapters/db/ledger-events.ts';
import { type LedgerState, ledgerStates } from '#shared/adapters/db/ledger-states.ts';
import { startReplay } from '#shared/domain/booking.ts';
import { addGains, countMatch, type Gains, noGains, yearBounds } from '#shared/domain/gains.ts';
import { emptyLedger, type Ledger, type LedgerEvent } from '#shared/domain/ledger.ts';
import type { MethodPlan } from '#shared/domain/method.ts';
import { applyInOrder } from '#shared/domain/replay.ts';
import { badRequest } from '#shared/errors.ts';

/** A quarter of a kilobyte each in memory, and some seconds of a processor for six replays. */
const mostTransactions = 200_000;

/** Ledgers with all their transactions, in the order of the replay. */
export interface WholeLedgers {
  states: ReadonlyMap<number, LedgerState>;
  events: readonly LedgerEvent[];
}

/**
 * Reads some balances and all that own transfers connect them to, in the caller's transaction.
 *
 * @throws BadRequestException when these are too many transactions to replay while somebody waits
 */
export const readWhole = async (db: Db, userId: bigint, ids: readonly bigint[]): Promise<WholeLedgers> => {
  const { balances, transactions } = await connectedLedgers(db, userId, ids);
  if (transactions > mostTransactions) {
    throw badRequest(
      `This would replay ${transactions} transactions, and ${mostTransactions} are the most: ask for one wallet at a time`,
    );
  }
  if (balances.length === 0) return { states: new Map(), events: [] };
  const states = new Map((await ledgerStates(db, userId, balances)).map((state) => [state.balanceId, state]));
  const unit = { balances: balances.map(Number), since: Number.NEGATIVE_INFINITY };
  const events = await readFewEvents(db, [unit], states, mostTransactions);
  return { states, events: events ?? [] };
};

/** So many transactions are applied until their matches are counted, and let go of. */
const batch = 10_000;

const isWithin = (at: number, year: number | null): boolean => {
  if (year === null) return true;
  const { from, until } = yearBounds(year);
  return at >= from && at < until;
};

interface Question {
  /** Balances whose gains count; the others only take part. */
  balances: ReadonlySet<number>;
  /** The tax year that counts; null counts all. */
  year: number | null;
  /** Instead of the methods that the ledgers are kept by, and of the lots that disposals name. */
  plan?: MethodPlan;
}

/** What the balances that count have realized, and how they stand at the end. */
export const replayWhole = (
  { states, events }: WholeLedgers,
  { balances, year, plan }: Question,
): { gains: Gains; ledgers: Ledger[] } => {
  const ledgers = [...states.values()].map((state) =>
    emptyLedger(state.balanceId, state.scale, plan ?? state.plan),
  );
  const counted = ledgers
    .filter(({ balanceId }) => balances.has(balanceId))
    .map((ledger) => ({ ledger, gains: noGains(), moneyPlaces: ledger.scale.moneyPlaces }));
  const replay = startReplay(new Map(ledgers.map((ledger) => [ledger.balanceId, ledger])));
  for (let start = 0; start < events.length; start += batch) {
    const part = events.slice(start, start + batch);
    applyInOrder(plan ? part.map((event) => ({ ...event, selections: null })) : part, replay);
    for (const { ledger, gains } of counted) {
      for (const match of ledger.matches) if (isWithin(match.disposedAt, year)) countMatch(gains, match);
    }
    for (const ledger of ledgers) {
      ledger.matches = [];
      ledger.newLots = [];
    }
  }
  return { gains: addGains(counted), ledgers: counted.map(({ ledger }) => ledger) };
};
