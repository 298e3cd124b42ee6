/** One random history written to several users: what faults did to one of them is compared with a calm run of another. */
import fc from 'fast-check';
import type pg from 'pg';
import { markDirty } from '#shared/adapters/db/balance-writes.ts';
import { createDb } from '#shared/adapters/db/client.ts';
import { lockLedgers } from '#shared/adapters/db/ledger-units.ts';
import type { LedgerEvent } from '#shared/domain/ledger.ts';
import { handleRecalculation } from '#shared/usecases/handle-recalculation.ts';
import type { Row } from './database.ts';
import { type RandomLedger, randomLedger } from './ledger-arbitraries.ts';
import { insertEvent, link, newShelf, readFigures, type Shelf } from './stored-ledger.ts';

/** A user on whom a history arrives, portion by portion. */
export interface Desk {
  shelf: Shelf;
  /** Ids in the database, by the numbers of events. */
  ids: Map<number, number>;
}

/** Keys of their own make the order of events independent of the order in which they are written. */
const withKey = (event: LedgerEvent): LedgerEvent => ({
  ...event,
  sourceKey: `${event.sourceKey}:${String(event.id).padStart(3, '0')}`,
});

/** Several wallets, own transfers among them, in an order of arrival that is not the order of time. */
export const randomHistory: fc.Arbitrary<RandomLedger> = randomLedger
  .filter(({ balances, events }) => balances.length > 1 && events.length >= 12)
  .chain((ledger) =>
    fc
      .shuffledSubarray(ledger.events, { minLength: ledger.events.length })
      .map((events) => ({ ...ledger, events: events.map(withKey) })),
  );

/** One history, always the same: its seed is in the test. */
export const historyOf = (seed: number): RandomLedger => {
  const [history] = fc.sample(randomHistory, { seed, numRuns: 1 });
  if (!history) throw new Error('no history');
  return history;
};

export const newDesk = async (pool: pg.Pool, chain: Row, history: RandomLedger): Promise<Desk> => ({
  shelf: await newShelf(pool, chain, history.balances, history.scale),
  ids: new Map(),
});

/**
 * Writes events as one change, under the lock that every writer of ledgers holds, with the links that they complete.
 *
 * @returns the uuids of the balances that are dirty now: a message each
 */
export const arrive = async (
  pool: pg.Pool,
  { shelf, ids }: Desk,
  events: readonly LedgerEvent[],
  { events: all }: RandomLedger,
): Promise<string[]> => {
  const dirty = new Map<number, number>();
  const touch = ({ balanceId }: LedgerEvent, since: number) =>
    dirty.set(balanceId, Math.min(since, dirty.get(balanceId) ?? since));
  await createDb(pool).transaction(async (tx) => {
    await lockLedgers(tx, shelf.userId);
    for (const event of events) {
      const id = await insertEvent(pool, shelf, event);
      ids.set(event.id, id);
      touch(event, event.timestamp);
      const other = all.find((one) => one.receivesFrom === event.id || one.id === event.receivesFrom);
      const otherId = ids.get(other?.id ?? 0);
      if (!other || otherId === undefined) continue;
      const [sent, received] = event.receivesFrom === null ? [id, otherId] : [otherId, id];
      await link(pool, sent, received);
      for (const side of [event, other]) touch(side, Math.min(event.timestamp, other.timestamp));
    }
    await markDirty(
      tx,
      [...dirty].map(([balance, since]) => ({
        balance_id: String(shelf.balances.get(balance)?.id),
        since: new Date(since).toISOString(),
      })),
    );
  });
  return [...dirty.keys()].map((balance) => shelf.balances.get(balance)?.uuid);
};

/** All stored figures of a user, with ids replaced by what they are the same as on another user. */
export const figuresOf = async (pool: pg.Pool, { shelf, ids }: Desk): Promise<string[]> => {
  const places = new Map([...shelf.balances].map(([number, { id }]) => [String(id), number]));
  const numbers = new Map([...ids].map(([number, id]) => [String(id), number]));
  const wallets = new Map([...shelf.balances].map(([number, row]) => [String(row.wallet_id), number]));
  const figures = (await readFigures(pool, shelf)).map(
    ({ user_id, token_id, created_by, updated_by, ...row }) =>
      JSON.stringify({
        ...row,
        balance_id: places.get(row.balance_id),
        wallet_id: wallets.get(row.wallet_id),
        transaction_id: numbers.get(row.transaction_id),
      }),
  );
  return figures.sort();
};

/** What a history comes to when nothing goes wrong: written at once, each balance recalculated once. */
export const calmRun = async (pool: pg.Pool, chain: Row, history: RandomLedger): Promise<string[]> => {
  const desk = await newDesk(pool, chain, history);
  const dirty = await arrive(pool, desk, history.events, history);
  for (const uuid of dirty) await handleRecalculation(createDb(pool), uuid);
  return figuresOf(pool, desk);
};
