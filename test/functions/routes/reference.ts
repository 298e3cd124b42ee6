import type { Route } from '../routes.ts';

export const referenceRoutes: Record<string, Route> = {};
