import { createHash } from 'node:crypto';
import {
  asOfOneMoment,
  entriesAfter,
  headOf,
  type StoredEntry,
  usersAfter,
} from '#shared/adapters/db/audit-chain.ts';
import {
  brokenHistories,
  journaledTables,
  mostDifferences,
  silencedTables,
  strayRows,
} from '#shared/adapters/db/audit-rows.ts';
import type { Db } from '#shared/adapters/db/client.ts';

/** Something that the journal shows to have been tampered with. */
export interface Finding {
  table: string;
  /** Of the row, or, where rows are missing, the name of the user whose they were. */
  uuid: string;
  what: string;
}

export interface Verification {
  users: number;
  entries: number;
  findings: number;
}

interface Options {
  /** One user's chain instead of everybody's. */
  username?: string | undefined;
  onFinding: (finding: Finding) => void;
  onProgress?: (done: Verification) => void;
}

const batch = 1_000;
const genesis = Buffer.alloc(32);

/** What an entry's hash has to be: the migration that makes the journal defines it. */
const hashOf = ({ previous_hash, fields }: StoredEntry): Buffer =>
  createHash('sha256')
    .update(previous_hash)
    .update(fields.map((field) => field ?? '').join('\n'))
    .digest();

const between = (first: bigint, last: bigint): string =>
  first === last ? `entry ${first}` : `entries ${first} to ${last}`;

/** What is wrong with an entry, after the one of this sequence and hash. */
const faultsOf = (entry: StoredEntry, last: { sequence: bigint; hash: Buffer }): string[] => {
  const sequence = BigInt(entry.sequence);
  const isNext = sequence === last.sequence + 1n;
  return [
    ...(isNext ? [] : [`${between(last.sequence + 1n, sequence - 1n)} before it: missing`]),
    ...(hashOf(entry).equals(entry.hash) ? [] : [`entry ${sequence} is not what its hash is of`]),
    ...(!isNext || entry.previous_hash.equals(last.hash)
      ? []
      : [`entry ${sequence} does not follow the one before it`]),
  ];
};

type User = Awaited<ReturnType<typeof usersAfter>>[number];

const verifyChain = async (
  db: Db,
  user: User,
  onFinding: (finding: Finding) => void,
  onEntries: (number: number) => void,
): Promise<void> => {
  let last: { sequence: bigint; hash: Buffer } = { sequence: 0n, hash: genesis };
  for (;;) {
    const entries = await entriesAfter(db, user.id, last.sequence, batch);
    for (const entry of entries) {
      for (const what of faultsOf(entry, last)) onFinding({ table: 'audit_entries', uuid: entry.uuid, what });
      last = { sequence: BigInt(entry.sequence), hash: entry.hash };
    }
    onEntries(entries.length);
    if (entries.length < batch) break;
  }
  const head = await headOf(db, user.id);
  const about = { table: 'audit_heads', uuid: user.username };
  if (!head) onFinding({ ...about, what: 'the end of the chain is not known' });
  else if (head.sequence > last.sequence)
    onFinding({ ...about, what: `${between(last.sequence + 1n, head.sequence)} at the end: cut off` });
  else if (head.sequence < last.sequence || !head.hash.equals(last.hash))
    onFinding({ ...about, what: `the chain should end with entry ${head.sequence}, with another hash` });
};

const verifyRows = async (db: Db, user: User, onFinding: (finding: Finding) => void): Promise<void> => {
  for (const table of journaledTables)
    for (const differencesOf of [brokenHistories, strayRows]) {
      const differences = await differencesOf(db, user.id, table);
      for (const { uuid, what } of differences) onFinding({ table, uuid, what });
      if (differences.length === mostDifferences)
        onFinding({
          table,
          uuid: user.username,
          what: 'and maybe more: no more than these are told at a time',
        });
    }
};

/**
 * Walks the journal, user by user, each as of one moment, and tells of whatever does not fit: entries that were altered,
 * are missing or were cut off, rows that are not as the journal has them, and triggers that are switched off. It holds a
 * batch of entries in memory at a time. Who rewrites a whole chain, its end and the rows, with all hashes, goes unseen:
 * only a hash that was noted elsewhere tells.
 */
export const verifyAudit = async (
  db: Db,
  { username, onFinding, onProgress }: Options,
): Promise<Verification> => {
  const done = { users: 0, entries: 0, findings: 0 };
  const find = (finding: Finding) => {
    done.findings += 1;
    onFinding(finding);
  };
  for (const { table, triggers } of await silencedTables(db))
    find({ table, uuid: triggers, what: 'triggers of the journal are missing or switched off' });
  let users: User[] = [];
  do {
    users = await usersAfter(db, users.at(-1)?.id ?? 0n, batch, username);
    for (const user of users) {
      await asOfOneMoment(db, async (moment) => {
        await verifyChain(moment, user, find, (number) => {
          done.entries += number;
          onProgress?.(done);
        });
        await verifyRows(moment, user, find);
      });
      done.users += 1;
      onProgress?.(done);
    }
  } while (users.length === batch);
  return done;
};
