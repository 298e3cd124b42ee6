/**
 * What pages of other origins may do: those that are listed, exactly, and no others. API Gateway answers preflights and
 * adds the headers by itself. No cookies are used, so no credentials are allowed.
 */
export const cors = {
  allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match', 'x-auth-token'],
  exposeHeaders: [
    'etag',
    'ratelimit-limit',
    'ratelimit-remaining',
    'ratelimit-reset',
    'retry-after',
    'www-authenticate',
    'x-request-id',
  ],
  allowMethods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  maxAgeSeconds: 600,
} as const;

const isOrigin = (text: string): boolean =>
  URL.canParse(text) && new URL(text).origin === text && /^https?:[^*]*$/.test(text);

/**
 * The origins of `CORS_ORIGINS`, separated by commas.
 *
 * @throws when one is no origin: a wildcard, a path or a missing scheme would allow other pages than were meant
 */
export const parseOrigins = (text: string | undefined): string[] => {
  const origins = (text ?? '').split(',').map((part) => part.trim());
  const given = origins.filter((origin) => origin !== '');
  const wrong = given.find((origin) => !isOrigin(origin));
  if (wrong === undefined) return given;
  throw new Error(`CORS_ORIGINS: "${wrong}" is no origin: give ones such as https://app.example.org`);
};
