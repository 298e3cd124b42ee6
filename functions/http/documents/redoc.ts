import { showRedoc } from '#shared/contract/documents.ts';
import { page } from '#shared/lambda/file.ts';

/**
 * Redoc adds style elements: empty ones, which it fills rule by rule, and one that is always the same. Allowing these by
 * their hashes allows no others. Its search runs in a worker that it makes of a part of its own file.
 */
export const handler = page(showRedoc, 'redoc.html', {
  'style-src': [
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
    "'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='",
  ],
  'worker-src': ['blob:'],
});
