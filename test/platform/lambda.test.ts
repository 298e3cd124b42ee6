import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Counted, counting, lambdaOf, limits, writeBundle } from './stand-ins.ts';

test('passes the event and a context, and answers what the handler returns as JSON', async () => {
  const { invoke } = await lambdaOf({
    'http/a': `export const handler = async (event, context) => ({
      event, at: new Date(0), name: context.functionName, memory: context.memoryLimitInMB,
      left: context.getRemainingTimeInMillis(), id: context.awsRequestId });`,
  });
  const result = await invoke('http/a', { x: [1, null] }, { timeoutSeconds: 7, memoryMegabytes: 256 });
  expect(result).toEqual({
    event: { x: [1, null] },
    at: '1970-01-01T00:00:00.000Z',
    name: 'bagtracker-http-a',
    memory: '256',
    left: expect.closeTo(7000, -3),
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

test('answers null for a handler that returns nothing', async () => {
  const { invoke } = await lambdaOf({ 'http/a': 'export const handler = async () => {};' });
  expect(await invoke('http/a', {}, limits)).toBeNull();
});

test('gives each function its own variables and none of the host', async () => {
  const { invoke } = await lambdaOf(
    { 'http/a': showEnvironment, 'http/b': showEnvironment },
    { environment: (id) => ({ ONLY: id }) },
  );
  const names = ['AWS_LAMBDA_FUNCTION_MEMORY_SIZE', 'AWS_LAMBDA_FUNCTION_NAME', 'ONLY'];
  expect(await invoke('http/a', {}, limits)).toEqual({ names, only: 'http/a' });
  expect(await invoke('http/b', {}, limits)).toEqual({ names, only: 'http/b' });
});
const showEnvironment = `
  export const handler = async () => ({ names: Object.keys(process.env).sort(), only: process.env.ONLY });`;

test('keeps an idle environment and its module state', async () => {
  const { invoke } = await lambdaOf({ 'http/a': counting });
  const first = (await invoke('http/a', {}, limits)) as Counted;
  expect(await invoke('http/a', {}, limits)).toEqual({ ...first, calls: 2 });
});

test('serves calls at the same time in environments of their own, up to the limit of a function', async () => {
  const { invoke } = await lambdaOf({ 'http/a': counting }, { maxPerFunction: 3 });
  const calls = Array.from({ length: 7 }, () => invoke('http/a', { wait: 150 }, limits));
  const results = (await Promise.all(calls)) as Counted[];
  expect(new Set(results.map(({ threadId }) => threadId)).size).toBe(3);
});

test('retires the longest idle environment when there are too many', async () => {
  const { invoke } = await lambdaOf(
    { 'http/a': counting, 'http/b': counting, 'http/c': counting },
    { maxTotal: 2 },
  );
  for (const id of ['http/a', 'http/b', 'http/c']) await invoke(id, {}, limits);
  expect(await invoke('http/c', {}, limits)).toMatchObject({ calls: 2 });
  expect(await invoke('http/a', {}, limits)).toMatchObject({ calls: 1 });
});

test('waits for a busy environment when there is room for no other', async () => {
  const { invoke } = await lambdaOf({ 'http/a': counting, 'http/b': counting }, { maxTotal: 1 });
  const results = await Promise.all([
    invoke('http/a', { wait: 100 }, limits),
    invoke('http/b', {}, limits),
    invoke('http/a', {}, limits),
  ]);
  expect(results).toHaveLength(3);
});

test('takes a rebuilt bundle for the next call', async () => {
  const { invoke, bundlesDir } = await lambdaOf({ 'http/a': `export const handler = async () => 'old';` });
  expect(await invoke('http/a', {}, limits)).toBe('old');
  await sleep(20);
  await writeBundle(bundlesDir, 'http/a', `export const handler = async () => 'new';`);
  expect(await invoke('http/a', {}, limits)).toBe('new');
});

test('collects what functions print', async () => {
  const { invoke, log } = await lambdaOf({
    'http/a': `export const handler = async () => { console.log('one'); console.error('two'); };`,
  });
  await invoke('http/a', {}, limits);
  await expect.poll(() => log.toSorted()).toEqual(['http/a one', 'http/a two']);
});
