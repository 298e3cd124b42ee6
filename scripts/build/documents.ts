import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { assetNames } from '#shared/contract/documents.ts';

const compress = promisify(gzip);

const contract = 'shared/contract';
const pages = 'shared/lambda/pages';
const swagger = 'node_modules/swagger-ui-dist';
const redoc = 'node_modules/redoc/bundles';

type Asset = (typeof assetNames)[number];

const folders: Readonly<Record<Asset, string>> = {
  'docs.js': pages,
  'redoc.js': pages,
  'pages.css': pages,
  'favicon-32x32.png': swagger,
  'swagger-ui.css': swagger,
  'swagger-ui-bundle.js': swagger,
  'swagger-ui-bundle.js.LICENSE.txt': swagger,
  'redoc.standalone.js': redoc,
  'redoc.standalone.js.LICENSE.txt': redoc,
};

/** Redoc's menu shows its maker's logo from its maker's server, which would see every reader. */
const remoteLogo = 'https://cdn.redoc.ly/redoc/logo-mini.svg';
const noLogo = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>";

/** Source maps are not served: a browser's tools would ask for them in vain. */
const sourceMapLink = /\n?(\/\/# sourceMappingURL=\S+|\/\*# sourceMappingURL=.*?\*\/)\s*$/;

const withoutLogo = (text: string): string => {
  if (text.split(remoteLogo).length !== 2)
    throw new Error('Redoc no longer shows its logo as it did: look again');
  return text.replace(remoteLogo, noLogo);
};

const contentsOf = async (root: string, folder: string, name: string): Promise<Buffer> => {
  const contents = await readFile(join(root, folder, name));
  if (!/\.(js|css)$/.test(name)) return contents;
  const text = contents.toString().replace(sourceMapLink, '\n');
  return Buffer.from(name === 'redoc.standalone.js' ? withoutLogo(text) : text);
};

const compressed = async (root: string, folder: string, name: string) =>
  // Gzip and nothing else: every browser takes it, also over plain HTTP, where they refuse Brotli.
  [`files/${name}.gz`, await compress(await contentsOf(root, folder, name), { level: 9 })] as const;

/** What lies beside the bundles of the documents' functions, by function: the API's description, the pages, and what they load. */
export const documentFiles = async (root: string): Promise<Map<string, (readonly [string, Uint8Array])[]>> =>
  new Map(
    Object.entries({
      'http/documents/openapi': [await compressed(root, contract, 'openapi.json')],
      'http/documents/docs': [await compressed(root, pages, 'docs.html')],
      'http/documents/redoc': [await compressed(root, pages, 'redoc.html')],
      'http/documents/asset': await Promise.all(
        assetNames.map((name) => compressed(root, folders[name], name)),
      ),
    }),
  );
