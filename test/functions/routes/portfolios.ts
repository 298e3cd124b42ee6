import type { Route } from '../routes.ts';

export const portfolioRoutes: Record<string, Route> = {};
