import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';

/** The types of a client, as anybody would generate them from the document. */
export const clientTypes = async (document: string): Promise<string> => {
  const types = await openapiTS(JSON.parse(document) as OpenAPI3, { alphabetize: false });
  return `// Generated from shared/contract/openapi.json: npm run openapi\n\n${astToString(types)}`;
};
