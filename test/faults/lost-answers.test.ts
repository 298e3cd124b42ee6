/** R04: the queue took a message, and its answer was lost on the way. */
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { insertOutbox } from '#shared/adapters/db/outbox.ts';
import { recalculateBalance } from '#shared/contract/messages.ts';
import { sendAnnounced, sweepOutbox } from '#shared/usecases/send-outbox.ts';
import { provisionQueues } from '../../scripts/local/triggers/queues.ts';
import { queueService } from '../platform/queue-fixture.ts';
import { insertChain, ownDatabase, type Row } from '../support/database.ts';
import { arrive, calmRun, type Desk, figuresOf, historyOf, newDesk } from '../support/histories.ts';
import { cuttingProxy } from '../support/proxies.ts';
import { eventOf, messageFor, runWorker, type VariablesOf, workersOf } from '../support/workers.ts';

const { url, pool, db, rows } = await ownDatabase();

let variablesOf: VariablesOf;
let chain: Row;

beforeAll(async () => {
  variablesOf = await workersOf(url);
  chain = await insertChain(pool);
});
