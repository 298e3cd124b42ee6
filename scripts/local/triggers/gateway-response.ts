export interface GatewayResponse {
  status: number;
  headers: Record<string, string | string[]>;
  body: Buffer;
}

export function jsonMessage(status: number, message: string): GatewayResponse {
  const body = Buffer.from(JSON.stringify({ message }));
  return { status, headers: { 'content-type': 'application/json' }, body };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isScalar = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value);

/** A result without a status code is the body of a 200. */
function inferred(result: unknown): GatewayResponse {
  const text = typeof result === 'string' ? result : JSON.stringify(result);
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(text),
  };
}

/** What a function returned as API Gateway answers it; a malformed answer is the function's failure, a bare 500. */
export function gatewayResponse(result: unknown): GatewayResponse {
  if (!isObject(result) || result.statusCode === undefined) return inferred(result);
  const { headers = {}, cookies = [], body = '', isBase64Encoded = false } = result;
  const status = Number(result.statusCode);
  const wellFormed =
    Number.isInteger(status) &&
    status >= 200 &&
    status <= 599 &&
    isObject(headers) &&
    Object.values(headers).every(isScalar) &&
    Array.isArray(cookies) &&
    typeof body === 'string';
  if (!wellFormed) return jsonMessage(500, 'Internal Server Error');

  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  const all: Record<string, string | string[]> = Object.fromEntries(named);
  if (body !== '') all['content-type'] ??= 'text/plain;charset=UTF-8';
  if (cookies.length > 0) all['set-cookie'] = cookies.map(String);
  return {
    status,
    headers: all,
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
}
