// Every function of the system by the id that operators use: its path under functions/.
import type { Endpoint } from '#shared/contract/endpoint.ts';
import { endpoints, messages, schedules } from '#shared/contract/index.ts';
import type { Message } from '#shared/contract/messages.ts';
import type { Role } from '#shared/contract/roles.ts';
import type { Schedule } from '#shared/contract/schedules.ts';
import { errorTypes, FunctionError } from './function-error.ts';
import type { Limits } from './lambda.ts';

/** API Gateway gives up after 30 s; a function should fail by itself before that. */
const httpTimeoutSeconds = 29;
const httpMemoryMegabytes = 512;

interface Common {
  id: string;
  role: Role;
  limits: Limits;
}

export type FunctionSpec =
  | (Common & { kind: 'http'; endpoint: Endpoint })
  | (Common & { kind: 'queue'; message: Message })
  | (Common & { kind: 'schedule'; schedule: Schedule });

const limitsOf = ({ timeoutSeconds, memoryMegabytes }: Required<Limits>): Limits => ({
  timeoutSeconds,
  memoryMegabytes,
});

const ofEndpoint = (endpoint: Endpoint): FunctionSpec => ({
  kind: 'http',
  id: `http/${endpoint.id}`,
  role: endpoint.role,
  limits: {
    timeoutSeconds: endpoint.timeoutSeconds ?? httpTimeoutSeconds,
    memoryMegabytes: endpoint.memoryMegabytes ?? httpMemoryMegabytes,
  },
  endpoint,
});

const ofMessage = (message: Message): FunctionSpec => ({
  kind: 'queue',
  id: `queues/${message.id}`,
  role: message.role ?? 'worker',
  limits: limitsOf(message),
  message,
});

const ofSchedule = (schedule: Schedule): FunctionSpec => ({
  kind: 'schedule',
  id: `schedules/${schedule.id}`,
  role: schedule.role ?? 'worker',
  limits: limitsOf(schedule),
  schedule,
});

const specs = [...endpoints.map(ofEndpoint), ...messages.map(ofMessage), ...schedules.map(ofSchedule)];

export const catalog: ReadonlyMap<string, FunctionSpec> = new Map(specs.map((spec) => [spec.id, spec]));

/** @throws as Lambda does when there is no such function. */
export function specOf(functionId: string): FunctionSpec {
  const spec = catalog.get(functionId);
  if (!spec) throw new FunctionError(errorTypes.notFound, `Function not found: ${functionId}`);
  return spec;
}
