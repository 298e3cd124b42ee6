import { SetupError } from '../servers/processes.ts';

/** An answer of the API: what the scripts read of it is theirs to know. */
export interface ApiAnswer<T> {
  status: number;
  body: T;
}

/** One request to a running instance. */
export const callApi = async <T>(
  apiUrl: string,
  method: 'GET' | 'POST',
  path: string,
  { token, body }: { token?: string; body?: unknown } = {},
): Promise<ApiAnswer<T>> => {
  const response = await fetch(apiUrl + path, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new SetupError(`${apiUrl} does not answer: is BagTracker running?`);
  });
  return { status: response.status, body: (await response.json()) as T };
};

/** The body of a request that must succeed; its message otherwise. */
export const succeed = async <T>(asked: Promise<ApiAnswer<T | { message: string }>>): Promise<T> => {
  const { status, body } = await asked;
  if (status < 400) return body as T;
  throw new SetupError((body as { message: string }).message);
};
