import type { Role } from '#shared/contract/roles.ts';

/** Functions of a role log under one prefix, which is all that the role may write to. */
export const logGroupPrefix = (role: Role): string => `/bagtracker/${role}/`;

/** A contract id as a CloudFormation id: `transactions/create` is `TransactionsCreate`. */
export const pascalCase = (id: string): string =>
  id
    .split(/[/-]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
