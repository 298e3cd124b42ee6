import { createConfig, lintFromString } from '@redocly/openapi-core';

const config = await createConfig({
  extends: ['recommended-strict'],
  rules: {
    // What follows `/balance/` is a word or a uuid, and no word is one: the gateway takes the words first.
    'no-ambiguous-paths': 'off',
    'operation-tag-defined': 'error',
    'no-invalid-schema-examples': 'error',
    'operation-operationId': 'error',
  },
});

/** What a strict linter objects to in an OpenAPI document, a line each: where, and why. */
export const lint = async (document: string): Promise<string[]> => {
  const problems = await lintFromString({ source: document, config });
  return problems.map(
    ({ ruleId, message, location: [place] }) => `${place?.pointer ?? '#'}: ${message} (${ruleId})`,
  );
};
