import type * as z from 'zod';
import type { Role } from './roles.ts';

/** Who may call: anybody, a signed-in user (bearer token), or an operator (`X-Auth-Token`). */
export type Auth = 'public' | 'user' | 'admin';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Endpoints of one class share a budget of requests: see `rates.ts`. */
export type RateClass = 'read' | 'write' | 'heavy' | 'sign-in';

/** The shapes of one endpoint, as zod schemas. Absent parts are empty objects on the handler's side. */
export interface Shapes {
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  response: z.ZodType;
}

export interface Endpoint<S extends Shapes = Shapes, A extends Auth = Auth> {
  /** `<resource>/<verb>`, and so the file `functions/http/<resource>/<verb>.ts`. */
  readonly id: string;
  readonly method: Method;
  /** In API Gateway's syntax: `/wallet/{wallet_uuid}`. */
  readonly path: string;
  readonly summary: string;
  readonly auth: A;
  /** What the function may read and send: see `roles.ts`. */
  readonly role: Role;
  readonly status: 200 | 201 | 202 | 204;
  /** What it answers where that is not JSON: a page for people, one of the files that pages load, or a picture. */
  readonly answers?: 'page' | 'asset' | 'image';
  /** Whether it also answers as a file of comma-separated values, where it is asked to. */
  readonly csv?: true;
  /** Statuses that answer with the success body although they are failures, such as a 503 health report. */
  readonly alsoAnswers?: readonly number[];
  /** Error types this endpoint answers beyond those that its `auth` and its inputs imply. */
  readonly errors: readonly ErrorType[];
  /** `read` for GET and `write` for the rest unless given. Documents are not limited here. */
  readonly rate?: RateClass;
  /** Whether it answers one resource, which then has an `ETag` for the `If-Match` of a later change. */
  readonly etag?: boolean;
  readonly maxBodyBytes?: number;
  readonly memoryMegabytes?: number;
  readonly timeoutSeconds?: number;
  readonly shapes: S;
}

/** The `type` of an error answer; its HTTP status is in `shared/errors.ts`. */
export type ErrorType =
  | 'BadRequestException'
  | 'AuthenticationError'
  | 'AuthorizationError'
  | 'UserError'
  | 'WalletError'
  | 'TokenError'
  | 'TransactionError'
  | 'BalanceError'
  | 'PortfolioError'
  | 'TransferError'
  | 'PriceError'
  | 'ImportError'
  | 'ReportError'
  | 'ChainError'
  | 'RpcError'
  | 'QueueError'
  | 'ConflictError'
  | 'PreconditionFailed'
  | 'UnprocessableError'
  | 'PayloadTooLarge'
  | 'RateLimitError'
  | 'GeneralProcessingException'
  | 'ServiceUnavailable';

/** Declares an endpoint; identity, there for the inference of its shapes. */
export const endpoint = <S extends Shapes, const A extends Auth>(declared: Endpoint<S, A>): Endpoint<S, A> =>
  declared;

/** Whether an endpoint heeds an `Idempotency-Key`: a request without an account has no scope to keep one in. */
export const takesIdempotencyKey = ({ method, auth }: Pick<Endpoint, 'method' | 'auth'>): boolean =>
  method === 'POST' && auth !== 'public';

/** Whether an endpoint heeds `If-Match`: all that change or remove what is there already. */
export const heedsIfMatch = ({ method }: Pick<Endpoint, 'method'>): boolean =>
  method === 'PUT' || method === 'PATCH' || method === 'DELETE';

type Output<T> = T extends z.ZodType ? z.output<T> : Record<string, never>;

/** What a handler receives, parsed. */
export interface Input<S extends Shapes> {
  params: Output<S['params']>;
  query: Output<S['query']>;
  body: Output<S['body']>;
}

/** What a handler returns; checked against the response schema before it leaves. */
export type Result<S extends Shapes> = z.input<S['response']>;
