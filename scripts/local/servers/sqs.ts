// SQS over the wire: the fauxqs server, with its messages kept in a folder of ours.
import { mkdir } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { buildApp } from 'fauxqs';
import { explainFileError, type Log } from './processes.ts';

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;
type Constructor<T, A extends unknown[] = []> = new (...args: A) => T;

interface Persistence {
  db: DatabaseSync;
  load(sqs: Stores['sqsStore'], sns: Stores['snsStore'], s3: Stores['s3Store']): void;
  close(): void;
}

interface Sqs {
  url: string;
  stop(): Promise<void>;
}

async function internals() {
  const manifest = findPackageJSON('fauxqs', import.meta.url) ?? '';
  const folder = pathToFileURL(join(dirname(manifest), 'dist/'));
  const load = async (path: string) => await import(new URL(path, folder).href);
  const [sqs, sns, s3, persistence] = await Promise.all(
    ['sqs/sqsStore.js', 'sns/snsStore.js', 's3/s3Store.js', 'persistence.js'].map(load),
  );
  return {
    SqsStore: sqs.SqsStore as Constructor<Stores['sqsStore']>,
    SnsStore: sns.SnsStore as Constructor<Stores['snsStore']>,
    S3Store: s3.S3Store as Constructor<Stores['s3Store']>,
    PersistenceManager: persistence.PersistenceManager as Constructor<Persistence, [string]>,
  };
}

/**
 * A message made visible at once (ChangeMessageVisibility with 0) would be lost: fauxqs 2.4.1 writes nothing into columns
 * that must have something, after it has let go of the message in memory.
 */
function keepReturnedMessages(persistence: Persistence): void {
  const ready = persistence.db.prepare(
    'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?',
  );
  Object.assign(persistence, { updateMessageReady: (id: string) => ready.run(id) });
}

/**
 * fauxqs' own start function listens on every network interface. This does the same with its parts, on 127.0.0.1;
 * the package's version is pinned.
 */
export async function startSqs(options: { dataDir: string; port?: number; log: Log }): Promise<Sqs> {
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw explainFileError(error, options.dataDir);
  });
  const { SqsStore, SnsStore, S3Store, PersistenceManager } = await internals();
  const stores: Stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
  const persistence = new PersistenceManager(options.dataDir);
  keepReturnedMessages(persistence);
  persistence.load(stores.sqsStore, stores.snsStore, stores.s3Store);
  Object.assign(stores.sqsStore, { persistence });
  for (const queue of stores.sqsStore.allQueues()) Object.assign(queue, { persistence });
  const app = buildApp({ logger: false, stores });
  app.addHook('preClose', async () => persistence.close());
  const url = await app.listen({ port: options.port ?? 0, host: '127.0.0.1' });
  const stop = async () => {
    const closed = app.close();
    // A receiver that waits for messages would hold the server for up to twenty seconds.
    app.server.closeAllConnections();
    await closed;
  };
  return { url, stop };
}
