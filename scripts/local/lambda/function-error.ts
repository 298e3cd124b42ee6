/** A failed invocation, as Lambda reports it: what the handler threw, or what the service did to it. */
export class FunctionError extends Error {
  override name = 'FunctionError';
  readonly errorType: string;
  readonly trace: readonly string[];

  constructor(errorType: string, message: string, trace: readonly string[] = []) {
    super(message);
    this.errorType = errorType;
    this.trace = trace;
  }
}

/** The error types that callers tell apart. */
export const errorTypes = {
  notFound: 'ResourceNotFoundException',
  requestTooLarge: 'RequestTooLargeException',
  responseTooLarge: 'Function.ResponseSizeTooLarge',
  timeout: 'Sandbox.Timedout',
  exit: 'Runtime.ExitError',
  outOfMemory: 'Runtime.OutOfMemory',
  stopped: 'ServiceStopped',
} as const;
