/** `npm run audit:verify -- [--user USERNAME]` on DATABASE_URL, or on the running instance's database. */
import { parseArgs } from 'node:util';
import { createDb, createPool } from '#shared/adapters/db/client.ts';
import { type Verification, verifyAudit } from '#shared/usecases/verify-audit.ts';
import { databaseUrl } from './local/operator/database-url.ts';
import { SetupError } from './local/servers/processes.ts';

const usage = `Usage: npm run audit:verify -- [--user USERNAME]

Walks the audit trail, and names whatever was changed behind it. The exit code is 1 if there is anything.`;

const readUser = (): string | undefined => {
  try {
    return parseArgs({ options: { user: { type: 'string' } } }).values.user;
  } catch {
    throw new SetupError(usage);
  }
};

const progressMilliseconds = 2_000;

/** Says now and then how far it is. */
const progress = () => {
  let said = Date.now();
  return ({ users, entries }: Verification) => {
    if (Date.now() - said < progressMilliseconds) return;
    said = Date.now();
    process.stderr.write(`… ${users} users, ${entries} entries\n`);
  };
};

const main = async (): Promise<void> => {
  const username = readUser();
  const pool = createPool(await databaseUrl());
  try {
    const { users, entries, findings } = await verifyAudit(createDb(pool), {
      username,
      onFinding: ({ table, uuid, what }) => console.log(`${table} ${uuid}: ${what}`),
      onProgress: progress(),
    });
    if (username !== undefined && users === 0) throw new SetupError(`There is no user ${username}.`);
    const walked = `${users} users, ${entries} entries`;
    if (findings === 0) console.log(`The audit trail is whole: ${walked}.`);
    else console.error(`Found ${findings} faults in the audit trail: ${walked}.`);
    if (findings > 0) process.exitCode = 1;
  } finally {
    await pool.end();
  }
};

if (import.meta.main) {
  await main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  });
}
