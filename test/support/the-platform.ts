import { inject } from 'vitest';
import type { TestPlatform } from './global-setup.ts';

let own: TestPlatform | undefined;

/** Has the rest of a test file use another platform than the one that all files share. */
export const usePlatform = (platform: TestPlatform): void => {
  own = platform;
};

/** The platform that a test file uses. */
export const thePlatform = (): TestPlatform => own ?? inject('platform');
