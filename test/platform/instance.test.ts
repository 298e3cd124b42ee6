import { spawnSync } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { claimHome, type InstanceDetails, readInstance } from '../../scripts/local/instance.ts';
import { privateFolder } from './folders.ts';

const claim = { apiUrl: 'http://127.0.0.1:8080', version: '1.2.3' };

const details: InstanceDetails = {
  api_url: 'http://127.0.0.1:8080',
  control_url: 'http://127.0.0.1:1',
  control_token: 'token',
  database_url: 'postgres://127.0.0.1/x',
  sqs_endpoint: 'http://127.0.0.1:2',
  secrets_manager_endpoint: 'http://127.0.0.1:3',
  kms_endpoint: 'http://127.0.0.1:3',
  bundles_dir: '/somewhere',
};

const home = async () => join(await privateFolder(), 'home');
const claimFile = (folder: string) => join(folder, 'instance.json');

/** Makes a claim look as if another process had left it behind. */
async function rewriteClaim(folder: string, changes: { pid: number; process: string }) {
  const text = await readFile(claimFile(folder), 'utf8');
  await writeFile(claimFile(folder), JSON.stringify({ ...JSON.parse(text), ...changes }));
}

test('publishes what the tools need, for its owner only', async () => {
  const folder = await home();
  const claimed = await claimHome(folder, claim);
  const published = await claimed.publish(details);
  expect(published).toEqual({
    ...details,
    pid: process.pid,
    started_at: expect.stringMatching(/^\d{4}-.*Z$/),
    version: '1.2.3',
  });
  expect(await readInstance(folder)).toEqual(published);
  expect((await stat(claimFile(folder))).mode & 0o777).toBe(0o600);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
});

test('refuses a home that is in use, in one sentence with process and URL', async () => {
  const folder = await home();
  await claimHome(folder, claim);
  await expect(claimHome(folder, claim)).rejects.toThrow(
    `BagTracker already runs in ${folder} (process ${process.pid}, http://127.0.0.1:8080): ` +
      'stop it first, or choose another BAGTRACKER_HOME and PORT.',
  );
});

test('lets one of several that start together have the home', async () => {
  const folder = await home();
  const claims = await Promise.allSettled(Array.from({ length: 5 }, () => claimHome(folder, claim)));
  expect(claims.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('can be claimed again once released', async () => {
  const folder = await home();
  const claimed = await claimHome(folder, claim);
  await claimed.publish(details);
  await claimed.release();
  await expect(readInstance(folder)).rejects.toThrow(
    `No BagTracker runs in ${folder}: start it with npm start, or set BAGTRACKER_HOME.`,
  );
  await claimHome(folder, claim);
});

test('takes over what a killed process left behind', async () => {
  const folder = await home();
  await (await claimHome(folder, claim)).publish(details);
  const { pid } = spawnSync('true');
  await rewriteClaim(folder, { pid, process: `${pid} 1` });
  await expect(readInstance(folder)).rejects.toThrow('No BagTracker runs');
  await claimHome(folder, claim);
});

test('is not fooled by another process with the same number', async () => {
  const folder = await home();
  await (await claimHome(folder, claim)).publish(details);
  await rewriteClaim(folder, { pid: process.pid, process: `${process.pid} 1` });
  await expect(readInstance(folder)).rejects.toThrow('No BagTracker runs');
  await claimHome(folder, claim);
});

test('takes over a claim that was cut off while it was written', async () => {
  const folder = await home();
  await (await claimHome(folder, claim)).publish(details);
  await writeFile(claimFile(folder), '{"pid": 1');
  await claimHome(folder, claim);
});

test('tells the tools that it is still starting', async () => {
  const folder = await home();
  await claimHome(folder, claim);
  await expect(readInstance(folder)).rejects.toThrow(
    `BagTracker is still starting in ${folder} (process ${process.pid}): try again in a moment.`,
  );
});
