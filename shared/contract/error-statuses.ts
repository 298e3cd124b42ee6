import type { ErrorType } from './endpoint.ts';

/** The HTTP status of every error answer. */
export const errorStatuses = {
  BadRequestException: 400,
  AuthenticationError: 401,
  AuthorizationError: 403,
  UserError: 404,
  WalletError: 404,
  TokenError: 404,
  TransactionError: 404,
  BalanceError: 404,
  PortfolioError: 404,
  TransferError: 404,
  PriceError: 404,
  ImportError: 404,
  ReportError: 404,
  ChainError: 404,
  RpcError: 404,
  QueueError: 404,
  ConflictError: 409,
  PreconditionFailed: 412,
  PayloadTooLarge: 413,
  UnprocessableError: 422,
  RateLimitError: 429,
  GeneralProcessingException: 500,
  ServiceUnavailable: 503,
} as const satisfies Record<ErrorType, number>;
