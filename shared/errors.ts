import type { ErrorType } from '#shared/contract/endpoint.ts';

/** One fault of a request: which field, what was expected. */
export interface Fault {
  field: string;
  message: string;
}

/**
 * A failure that its caller may see. Thrown anywhere, mapped once, in `lambda/http.ts`; every other error is logged and
 * becomes a bare 500.
 */
export class AppError extends Error {
  readonly type: ErrorType;
  readonly details: readonly Fault[] | undefined;

  constructor(type: ErrorType, message: string, details?: readonly Fault[]) {
    super(message);
    this.name = 'AppError';
    this.type = type;
    this.details = details;
  }
}

/** A request that came too soon, with the headers that say when to come again. */
export class TooManyRequests extends AppError {
  readonly headers: Readonly<Record<string, string>>;

  constructor(seconds: number, headers: Readonly<Record<string, string>> = {}) {
    super('RateLimitError', `Too many requests: try again in ${seconds} seconds`);
    this.headers = { ...headers, 'retry-after': String(seconds) };
  }
}

export const badRequest = (message: string, details?: readonly Fault[]) =>
  new AppError('BadRequestException', message, details);

/** What is wrong with one field of a request. */
export const fault = (field: string, message: string) =>
  badRequest(`${field}: ${message}`, [{ field, message }]);

/** @throws BadRequestException when there are faults: the first is its message, all of them are its details */
export const refuseFaults = (faults: readonly Fault[]): void => {
  const [first] = faults;
  if (first) throw badRequest(`${first.field}: ${first.message}`, faults);
};

/** While failures to sign in cannot be counted: anybody could guess at leisure. */
export const signInClosed = () =>
  new AppError('ServiceUnavailable', 'Signing in is closed for a moment: try again in a few seconds');

type Noun =
  | 'User'
  | 'Wallet'
  | 'Token'
  | 'Transaction'
  | 'Balance'
  | 'Portfolio'
  | 'Transfer'
  | 'Price'
  | 'Import'
  | 'Report'
  | 'Chain'
  | 'Rpc'
  | 'Queue';

/** What does not exist and what is another's are the same answer. */
export const notFound = (what: Noun) => new AppError(`${what}Error`, `${what} not found`);
