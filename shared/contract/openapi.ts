import type * as z from 'zod';
import { type Endpoint, type ErrorType, heedsIfMatch, takesIdempotencyKey } from './endpoint.ts';
import { errorStatuses } from './error-statuses.ts';
import { bodyExample, exampleOf } from './json-example.ts';
import { type Components, type JsonSchema, jsonSchema } from './json-schema.ts';
import { description, tagDescriptions } from './openapi-text.ts';
import { rateClassOf } from './rates.ts';

const statusTexts: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted: the work goes on after the answer',
  204: 'Done; there is nothing to say',
  503: 'Service unavailable',
};

const securitySchemes = {
  bearerAuth: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'The `access_token` that `POST /log-in` answers.',
  },
  adminToken: { type: 'apiKey', in: 'header', name: 'X-Auth-Token', description: "An operator's token." },
};

const security = { public: [], user: [{ bearerAuth: [] }], admin: [{ adminToken: [] }] } as const;

const errorSchema: JsonSchema = {
  type: 'object',
  properties: {
    type: { type: 'string', enum: Object.keys(errorStatuses) },
    message: { type: 'string' },
    details: {
      type: 'array',
      description: 'What is wrong with which field of the request.',
      items: {
        type: 'object',
        properties: { field: { type: 'string' }, message: { type: 'string' } },
        required: ['field', 'message'],
      },
    },
    request_id: { type: 'string', description: 'Names this request in the logs.' },
  },
  required: ['type', 'message', 'request_id'],
};

/** `transactions/create` is `transactionsCreate`. */
const operationId = (id: string): string =>
  id.replace(/[/-]([a-z])/g, (_, letter: string) => letter.toUpperCase());

const gatewayError: JsonSchema = {
  type: 'object',
  description: 'What the gateway answers by itself.',
  properties: { message: { type: 'string' } },
  required: ['message'],
};

const tooManyRequests = {
  description: 'Too many requests at this moment, from all callers together',
  content: {
    'application/json': {
      schema: { $ref: '#/components/schemas/GatewayError' },
      example: { message: 'Too Many Requests' },
    },
  },
};

const tagOf = ({ id }: Endpoint): string => id.slice(0, id.indexOf('/'));

const parametersOf = (place: 'path' | 'query', schema: z.ZodType | undefined, components: Components) => {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, 'input', components);
  return Object.entries(properties).map(([name, { description, ...property }]) => ({
    name,
    in: place,
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: property,
  }));
};

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same key with the same request has one effect and one answer, for 24 hours.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

const ifMatch = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description: 'The `ETag` of what you read: the change is refused when it has changed since.',
  schema: { type: 'string' },
};

const count = { type: 'integer', minimum: 0 };

/** What an answer says of the caller's budget of requests. */
const rateHeaders = {
  'RateLimit-Limit': { description: 'Requests a minute.', schema: count },
  'RateLimit-Remaining': { description: 'How many are left.', schema: count },
  'RateLimit-Reset': { description: 'Seconds until all of them are there again.', schema: count },
};

const retryAfter = { 'Retry-After': { description: 'Seconds to wait.', schema: count } };

const etag = {
  ETag: { description: 'The version of this resource, for `If-Match`.', schema: { type: 'string' } },
};

const requestBody = (schema: z.ZodType, components: Components) => {
  const described = jsonSchema(schema, 'input', components);
  const faults = (example: unknown) => schema.safeParse(example).error?.issues.length ?? 0;
  const example = bodyExample(described, components, faults);
  return { required: true, content: { 'application/json': { schema: described, example } } };
};

/** The content types of what is not JSON. */
const mediaTypes = {
  page: ['text/html'],
  asset: ['text/javascript', 'text/css', 'image/png', 'text/plain'],
  image: ['image/svg+xml'],
} as const;

const contentOf = ({ answers, csv, shapes }: Endpoint, components: Components) => {
  const schema = jsonSchema(shapes.response, 'output', components);
  if (answers) return Object.fromEntries(mediaTypes[answers].map((type) => [type, { schema }]));
  return {
    'application/json': { schema, example: exampleOf(schema, components) },
    ...(csv ? { 'text/csv': { schema: { type: 'string' } } } : {}),
  };
};

const unchanged = {
  description: 'Not modified: what the caller has, by the ETag in `If-None-Match`, is current',
};

const successes = (endpoint: Endpoint, components: Components) => {
  const { status, alsoAnswers = [], answers } = endpoint;
  const headers = { ...(endpoint.etag ? etag : {}), ...(rateClassOf(endpoint) ? rateHeaders : {}) };
  if (status === 204) return [[String(status), { description: statusTexts[status] ?? '', headers }]];
  const content = contentOf(endpoint, components);
  const described = [status, ...alsoAnswers].map((answered) => [
    String(answered),
    { description: statusTexts[answered] ?? '', headers, content },
  ]);
  return answers === 'asset' ? [...described, ['304', unchanged]] : described;
};

/** What an endpoint answers beyond the errors it names: what its authentication, its inputs and any code imply. */
const errorTypesOf = (endpoint: Endpoint): ErrorType[] => {
  const { auth, errors, shapes } = endpoint;
  const hasInputs = Boolean(shapes.params ?? shapes.query ?? shapes.body);
  const implied: (ErrorType | false)[] = [
    (hasInputs || takesIdempotencyKey(endpoint)) && 'BadRequestException',
    auth === 'user' && 'AuthenticationError',
    auth === 'admin' && 'AuthorizationError',
    shapes.body !== undefined && 'PayloadTooLarge',
    takesIdempotencyKey(endpoint) && 'UnprocessableError',
    heedsIfMatch(endpoint) && 'PreconditionFailed',
    rateClassOf(endpoint) !== undefined && 'RateLimitError',
    endpoint.role !== 'documents' && 'ServiceUnavailable',
    'GeneralProcessingException',
  ];
  return [...new Set([...errors, ...implied.filter((type) => type !== false)])];
};

const failures = (endpoint: Endpoint) =>
  [...Map.groupBy(errorTypesOf(endpoint), (type) => errorStatuses[type])].map(([status, types]) => [
    String(status),
    {
      description: types.join(' or '),
      ...(status === 429 || status === 503 ? { headers: retryAfter } : {}),
      content: {
        'application/json': {
          schema: {
            allOf: [{ $ref: '#/components/schemas/Error' }, { properties: { type: { enum: types } } }],
          },
        },
      },
    },
  ]);

const operation = (endpoint: Endpoint, components: Components) => {
  const { body, params, query } = endpoint.shapes;
  return {
    operationId: operationId(endpoint.id),
    tags: [tagOf(endpoint)],
    summary: endpoint.summary,
    security: security[endpoint.auth],
    parameters: [
      ...parametersOf('path', params, components),
      ...parametersOf('query', query, components),
      ...(takesIdempotencyKey(endpoint) ? [idempotencyKey] : []),
      ...(heedsIfMatch(endpoint) ? [ifMatch] : []),
    ],
    ...(body ? { requestBody: requestBody(body, components) } : {}),
    // A number for a key sorts the statuses; a success that is also listed as an error is described as a success.
    responses: Object.fromEntries([
      ['429', { $ref: '#/components/responses/TooManyRequests' }],
      ...failures(endpoint),
      ...successes(endpoint, components),
    ]),
  };
};

/** Describes these endpoints in OpenAPI 3.1. */
export const openApi = (
  endpoints: readonly Endpoint[],
  { version }: { version: string },
): Record<string, unknown> => {
  const schemas: Components = { Error: errorSchema, GatewayError: gatewayError };
  const used = new Set(endpoints.map(tagOf));
  const paths: Record<string, Record<string, object>> = {};
  for (const endpoint of endpoints) {
    paths[endpoint.path] = {
      ...paths[endpoint.path],
      [endpoint.method.toLowerCase()]: operation(endpoint, schemas),
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'BagTracker',
      version,
      description,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: Object.entries(tagDescriptions)
      .filter(([name]) => used.has(name))
      .map(([name, text]) => ({ name, description: text })),
    paths,
    components: { schemas, responses: { TooManyRequests: tooManyRequests }, securitySchemes },
  };
};
