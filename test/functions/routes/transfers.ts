import type { Route } from '../routes.ts';

export const transferRoutes: Record<string, Route> = {};
