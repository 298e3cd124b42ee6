import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { requireAdmin } from '#shared/adapters/admin-token.ts';
import { db as connectDb, type Db } from '#shared/adapters/db/client.ts';
import { findSession } from '#shared/adapters/db/sessions.ts';
import { verifyAccessToken } from '#shared/adapters/tokens/verify.ts';
import type { Endpoint } from '#shared/contract/endpoint.ts';
import { AppError } from '#shared/errors.ts';
import { countCall, countRequest } from './limits.ts';
import type { Trace } from './trace.ts';

type Event = Pick<APIGatewayProxyEventV2, 'headers' | 'requestContext'>;
type Declared = Pick<Endpoint, 'auth' | 'method' | 'rate' | 'role'>;

/** Where a request comes from. API Gateway says so itself; a header of the caller's would be a claim. */
export const addressOf = (event: Event): string => event.requestContext.http?.sourceIp ?? '';

const identifyUser = async (declared: Declared, event: Event, trace: Trace, db: Db): Promise<void> => {
  const address = addressOf(event);
  // Whoever sends bad tokens is counted too, by where they come from.
  const bearer = await verifyAccessToken(event.headers.authorization, trace.now).catch(async (error) => {
    await countCall(declared, { address });
    throw error;
  });
  const [headers, caller] = await Promise.all([
    countCall(declared, { address, userUuid: bearer.userUuid }),
    findSession(db, bearer, trace.now),
  ]);
  trace.headers = headers;
  if (!caller) throw new AppError('AuthenticationError', 'This session has ended: log in again');
  trace.caller = caller;
};

const identifyAdmin = async (declared: Declared, event: Event, trace: Trace): Promise<void> => {
  const address = addressOf(event);
  await requireAdmin(event.headers['x-auth-token']).catch(async (error) => {
    await countRequest('sign-in', { address });
    throw error;
  });
  trace.headers = await countCall(declared, { address });
};

/** Finds out who is calling, and whether they may call so often. A stranger learns nothing else. */
export const identify = async (declared: Declared, event: Event, trace: Trace): Promise<Db> => {
  const db = await connectDb();
  if (declared.auth === 'user') await identifyUser(declared, event, trace, db);
  else if (declared.auth === 'admin') await identifyAdmin(declared, event, trace);
  else trace.headers = await countCall(declared, { address: addressOf(event) });
  return db;
};
