import { eq } from 'drizzle-orm';
import type { Db } from './client.ts';
import { cexAccounts } from './schema/exchanges.ts';

/** Erases the credentials of a user's exchange accounts for good; the accounts stop working. */
export const eraseExchangeKeys = async (db: Db, userId: bigint): Promise<void> => {
  await db
    .update(cexAccounts)
    .set({
      apiKeyEncrypted: null,
      apiSecretEncrypted: null,
      passphraseEncrypted: null,
      keyId: null,
      apiKeyLast4: null,
      status: 'disabled',
      isDeleted: true,
      updatedAt: new Date(),
    })
    .where(eq(cexAccounts.userId, userId));
};
