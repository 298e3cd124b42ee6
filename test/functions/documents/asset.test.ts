import { get } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { describe, expect, inject, it } from 'vitest';
import { assetNames } from '#shared/contract/documents.ts';
import { request } from '../../support/api.ts';
import { expectError } from '../answers.ts';

interface Raw {
  status: number | undefined;
  headers: Record<string, unknown>;
  body: Buffer;
}

/** As the bytes come: `fetch` would decompress them, and ask for compression itself. */
const raw = (path: string, headers: Record<string, string> = {}): Promise<Raw> =>
  new Promise((resolve, reject) => {
    const asking = get(inject('platform').url + path, { headers }, async (response) => {
      const body = Buffer.concat(await response.toArray());
      resolve({ status: response.statusCode, headers: response.headers, body });
    });
    asking.on('error', reject);
  });

const types: Record<string, string> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  png: 'image/png',
  txt: 'text/plain; charset=utf-8',
};

describe.each(assetNames)('%s', (name) => {
  it('is the same compressed and plain', async () => {
    const plain = await raw(`/docs/${name}`);
    const compressed = await raw(`/docs/${name}`, { 'accept-encoding': 'br, gzip;q=0.8' });
    expect(plain.status).toBe(200);
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(compressed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Origin, Accept-Encoding' });
    expect(compressed.headers['content-type']).toBe(types[name.split('.').at(-1) ?? '']);
    expect(gunzipSync(compressed.body).equals(plain.body)).toBe(true);
    expect(compressed.body.toString('base64').length).toBeLessThan(6e6);
    expect(plain.body.toString('base64').length).toBeLessThan(6e6);
  });

  it('is not sent again to who has it', async () => {
    const { headers } = await raw(`/docs/${name}`);
    const etag = String(headers.etag);
    const again = await raw(`/docs/${name}`, { 'if-none-match': `"other", ${etag}` });
    expect([again.status, again.headers.etag, again.body.length]).toEqual([304, etag, 0]);
    expect((await raw(`/docs/${name}`, { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('asks for no source map, and for nothing of Redocly', async () => {
    const { body } = await raw(`/docs/${name}`);
    expect(body.includes('sourceMappingURL=swagger') || body.includes('sourceMappingURL=redoc')).toBe(false);
    expect(body.includes('cdn.redoc')).toBe(false);
  });
});

it.each(['identity', 'gzip;q=0', 'gzip; q=0.0, br'])('does not compress for %s', async (accepted) => {
  const { headers } = await raw('/docs/pages.css', { 'accept-encoding': accepted });
  expect(headers['content-encoding']).toBeUndefined();
});

it.each(['nothing.css', 'docs.html', '..%2Findex.mjs', '%2e%2e%2fpackage.json', 'pages.css.gz', '__proto__'])(
  'serves no other file: %s',
  async (name) => {
    expectError(await request('GET', `/docs/${name}`), 400, 'BadRequestException', 'asset');
  },
);
