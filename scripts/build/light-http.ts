import http from 'node:http';
import type { Plugin } from 'esbuild';

/**
 * `import … from 'node:http'` makes Node read every export of that module, and three of them are getters that load the
 * whole of undici: a third of a function's cold start, for a table of status texts. Asking for the module at run time
 * touches no getter.
 */
const getters = new Set(['WebSocket', 'CloseEvent', 'MessageEvent']);

const names = Object.keys(http).filter((name) => !getters.has(name));

const contents = `const http = process.getBuiltinModule('node:http');
export const { ${names.join(', ')} } = http;
export default http;`;

/** Lets functions import `node:http` without what it drags along. */
export const lightHttp: Plugin = {
  name: 'light-http',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^(node:)?http$/ }, ({ kind }) =>
      // `require` reads no exports, so what is CommonJS is well as it is.
      kind === 'import-statement' ? { path: 'node:http', namespace: 'light-http' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'light-http' }, () => ({ contents, loader: 'js' }));
  },
};
