export * from './balances.ts';
export * from './chains.ts';
export * from './exchanges.ts';
export * from './history.ts';
export * from './messages.ts';
export * from './sessions.ts';
export * from './transactions.ts';
export * from './users.ts';
