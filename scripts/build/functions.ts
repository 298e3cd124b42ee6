import { endpoints, messages, schedules } from '#shared/contract/index.ts';

/** One Lambda function: `functions/<name>.ts` in the sources, `<outDir>/<name>/` once built. */
export interface FunctionSource {
  kind: 'http' | 'queues' | 'schedules';
  /** `http/transactions/create`: what `npm run invoke` takes too. */
  name: string;
}

const named = (kind: FunctionSource['kind'], declared: readonly { id: string }[]): FunctionSource[] =>
  declared.map(({ id }) => ({ kind, name: `${kind}/${id}` }));

/** Every function of the system, from the contract and nothing else: a file it does not name is not deployed. */
export const functionSources: readonly FunctionSource[] = [
  ...named('http', endpoints),
  ...named('queues', messages),
  ...named('schedules', schedules),
];
