/**
 * What a function may touch. One IAM role is made per entry, the local platform enforces the same, and no function
 * can read a secret that its role does not list: log-in alone reads the key that signs tokens.
 */
export const roles = {
  /** Serves documents: no database, no secret. */
  documents: { secrets: [], sendsMessages: false, operatesQueues: false },
  /** Creates accounts. */
  registration: { secrets: ['database', 'redis'], sendsMessages: false, operatesQueues: false },
  /** Checks passwords and signs tokens. */
  auth: { secrets: ['database', 'redis', 'jwt-signing'], sendsMessages: false, operatesQueues: false },
  /** Reads and writes a signed-in user's data. */
  api: { secrets: ['database', 'redis', 'jwt-public'], sendsMessages: true, operatesQueues: false },
  /** Serves administration: alone reads its token, and takes messages back out of dead-letter queues. */
  operator: { secrets: ['database', 'redis', 'admin'], sendsMessages: true, operatesQueues: true },
  /** Queue consumers and schedules, unless they say otherwise. */
  worker: { secrets: ['database'], sendsMessages: true, operatesQueues: false },
  /** Asks sources what tokens are worth: alone reads their keys. */
  pricing: { secrets: ['database', 'redis', 'prices'], sendsMessages: true, operatesQueues: false },
} as const satisfies Record<
  string,
  { secrets: readonly SecretName[]; sendsMessages: boolean; operatesQueues: boolean }
>;

export type Role = keyof typeof roles;

/** Secrets in Secrets Manager, stored as `bagtracker/<name>`. */
export const secretNames = [
  'database',
  'redis',
  'jwt-signing',
  'jwt-public',
  'admin',
  'fernet',
  'prices',
] as const;

export type SecretName = (typeof secretNames)[number];

const upperSnake = (name: string) => name.toUpperCase().replaceAll('-', '_');

/** The environment variable that holds the id of a secret: `DATABASE_SECRET_ID`. */
export const secretVariable = (name: SecretName): string => `${upperSnake(name)}_SECRET_ID`;

/** The environment variable that holds the URL of a message's queue: `RECALCULATE_BALANCE_QUEUE_URL`. */
export const queueVariable = (messageId: string): string => `${upperSnake(messageId)}_QUEUE_URL`;

/** The variable that holds the URL of the queue where a message's failures rest: `RECALCULATE_BALANCE_DEAD_LETTERS_URL`. */
export const deadLettersVariable = (messageId: string): string => `${upperSnake(messageId)}_DEAD_LETTERS_URL`;
