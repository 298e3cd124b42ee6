import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endpoints } from '#shared/contract/index.ts';
import { specOf } from '../../local/lambda/catalog.ts';
import { createLambda } from '../../local/lambda/lambda.ts';
import { startGateway } from '../../local/triggers/gateway.ts';

/** The same gateway and the same kind of execution environment, before a handler that does nothing. */
export const startEmpty = async (folder: string, functionIds: readonly string[]) => {
  await writeFile(join(folder, 'package.json'), '{"type":"module"}\n');
  for (const functionId of functionIds) {
    await mkdir(join(folder, functionId), { recursive: true });
    await writeFile(
      join(folder, functionId, 'index.mjs'),
      "export const handler = async () => ({ statusCode: 200, body: '{}' });\n",
    );
  }
  const lambda = createLambda({ bundlesDir: folder, environment: () => ({}), log: () => {} });
  const gateway = await startGateway({
    port: 0,
    endpoints,
    invoke: (functionId, event) => lambda.invoke(functionId, event, specOf(functionId).limits),
  });
  const stop = async () => {
    await gateway.stop();
    await lambda.stop();
  };
  return { url: gateway.url, stop };
};
