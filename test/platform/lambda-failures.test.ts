import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { counting, lambdaOf, limits } from './stand-ins.ts';

test('reports what a handler throws and keeps the environment', async () => {
  const { invoke, log } = await lambdaOf({
    'http/a': `let calls = 0;
      export const handler = async ({ fail }) => {
        calls += 1;
        if (fail) throw new RangeError('too far');
        return calls;
      };`,
  });
  await expect(invoke('http/a', { fail: true }, limits)).rejects.toMatchObject({
    name: 'FunctionError',
    errorType: 'RangeError',
    message: 'too far',
    trace: expect.arrayContaining([expect.stringContaining('index.mjs')]),
  });
  expect(log.join('\n')).toContain('http/a RangeError: too far');
  expect(await invoke('http/a', {}, limits)).toBe(2);
});

test('ends an environment that runs out of time, even in a tight loop', async () => {
  const { invoke } = await lambdaOf({
    'http/a': `let calls = 0;
      export const handler = async ({ forever }) => { calls += 1; while (forever); return calls; };`,
  });
  await expect(invoke('http/a', { forever: true }, { timeoutSeconds: 0.3 })).rejects.toMatchObject({
    errorType: 'Sandbox.Timedout',
    message: 'Task timed out after 0.30 seconds',
  });
  expect(await invoke('http/a', {}, limits)).toBe(1);
});

test.each([
  ['exits', 'process.exit(3)', 'Runtime.ExitError'],
  ['throws outside the handler', `setTimeout(() => { throw new Error('stray') })`, 'Runtime.ExitError'],
  ['leaves a rejection unhandled', `void Promise.reject(new Error('stray'))`, 'Runtime.ExitError'],
  ['uses up its memory', 'const all = []; for (;;) all.push(new Array(1e5).fill({}))', 'Runtime.OutOfMemory'],
])('fails only the call of an environment that %s', async (_, crash, errorType) => {
  const { invoke } = await lambdaOf({
    'http/a': `import { setTimeout as sleep } from 'node:timers/promises';
      export const handler = async ({ crash, wait }) => {
        if (crash) { ${crash}; await sleep(10_000); }
        await sleep(wait);
        return 'fine';
      };`,
  });
  const small = { ...limits, memoryMegabytes: 64 };
  const [crashed, other] = await Promise.allSettled([
    invoke('http/a', { crash: true }, small),
    invoke('http/a', { wait: 300 }, small),
  ]);
  expect(crashed).toMatchObject({ status: 'rejected', reason: { errorType } });
  expect(other).toEqual({ status: 'fulfilled', value: 'fine' });
  expect(await invoke('http/a', { wait: 0 }, small)).toBe('fine');
});

test.each([
  ['does not parse', 'export const handler = (;', 'SyntaxError'],
  ['throws while it loads', `throw new Error('no such setting');`, 'Error'],
  ['has no handler', 'export const other = 1;', 'TypeError'],
])('reports a bundle that %s', async (_, source, errorType) => {
  const { invoke } = await lambdaOf({ 'http/a': source });
  await expect(invoke('http/a', {}, limits)).rejects.toMatchObject({ errorType });
});

test('reports a function that does not exist', async () => {
  const { invoke } = await lambdaOf({});
  await expect(invoke('http/a', {}, limits)).rejects.toMatchObject({
    errorType: 'ResourceNotFoundException',
    message: 'Function not found: http/a',
  });
});

test('refuses events and results above 6 MB', async () => {
  const { invoke } = await lambdaOf({
    'http/a': `export const handler = async ({ length }) => 'x'.repeat(length);`,
  });
  const large = 6 * 1024 * 1024 + 200;
  await expect(invoke('http/a', 'x'.repeat(large), limits)).rejects.toMatchObject({
    errorType: 'RequestTooLargeException',
  });
  await expect(invoke('http/a', { length: large }, limits)).rejects.toMatchObject({
    errorType: 'Function.ResponseSizeTooLarge',
  });
});

test('fails what is still running when it stops', async () => {
  const { invoke, stop } = await lambdaOf({ 'http/a': counting }, { maxPerFunction: 1 });
  const calls = Promise.allSettled([
    invoke('http/a', { wait: 10_000 }, limits),
    invoke('http/a', { wait: 10_000 }, limits),
  ]);
  await sleep(300);
  await stop();
  for (const call of await calls)
    expect(call).toMatchObject({ status: 'rejected', reason: { errorType: 'ServiceStopped' } });
});
