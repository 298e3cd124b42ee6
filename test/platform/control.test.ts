import { expect, onTestFinished, test } from 'vitest';
import { FunctionError } from '../../scripts/local/lambda/function-error.ts';
import { startControl } from '../../scripts/local/operator/control.ts';

async function control() {
  const { url, token, stop } = await startControl(async (functionId, event) => {
    if (functionId === 'http/broken') throw new FunctionError('RangeError', 'too far', ['at somewhere']);
    return { functionId, event };
  });
  onTestFinished(stop);
  return async (body: string, path = '/invoke', authorization = `Bearer ${token}`) => {
    const response = await fetch(`${url}${path}`, { method: 'POST', body, headers: { authorization } });
    return { status: response.status, answer: await response.json() };
  };
}

test('runs a function and answers its result', async () => {
  const call = await control();
  expect(await call('{"function_id": "queues/a", "event": [1]}')).toEqual({
    status: 200,
    answer: { result: { functionId: 'queues/a', event: [1] } },
  });
});

test('answers how a function failed', async () => {
  const call = await control();
  expect(await call('{"function_id": "http/broken"}')).toEqual({
    status: 200,
    answer: { error: { type: 'RangeError', message: 'too far', trace: ['at somewhere'] } },
  });
});

test.each([
  ['without its token', '{}', '/invoke', 'Bearer wrong', 401],
  ['on another path', '{}', '/stop', undefined, 404],
  ['that is not JSON', '{', '/invoke', undefined, 400],
])('refuses a call %s', async (_, body, path, authorization, status) => {
  const call = await control();
  expect(await call(body, path, authorization)).toMatchObject({ status, answer: { error: {} } });
});
