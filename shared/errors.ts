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

export const badRequest = (message: string, details?: readonly Fault[]) =>
  new AppError('BadRequestException', message, details);

/** What does not exist and what is another's are the same answer. */
export const notFound = (what: 'User' | 'Wallet' | 'Token' | 'Transaction' | 'Balance') =>
  new AppError(`${what}Error`, `${what} not found`);
